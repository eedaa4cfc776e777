"""How a database is reached: whose name the address bears, and where the password comes from."""

from pathlib import Path

import pytest

from services.platform.dsn import administrator, read_password, with_user
from services.platform.settings import Settings, StartError


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://db/happyflow", "postgresql://rol@db/happyflow"),
        ("postgresql://db:5433/happyflow?sslmode=require", "postgresql://rol@db:5433/happyflow?sslmode=require"),
        ("postgresql://wie:ge@heim@db/happyflow", "postgresql://rol@db/happyflow"),
        ("postgresql://wie@/happyflow?host=/tmp/a@b&port=5432", "postgresql://rol@/happyflow?host=/tmp/a@b&port=5432"),
        ("postgresql://db", "postgresql://rol@db"),
    ],
)
def test_the_role_takes_the_place_of_whoever_stood_there(address: str, expected: str) -> None:
    assert with_user(address, "rol") == expected


def test_a_password_is_what_its_file_says(tmp_path: Path) -> None:
    (tmp_path / "rol").write_text("p@ss:w/rd '\"\n")
    assert read_password(tmp_path, "rol") == "p@ss:w/rd '\""


@pytest.mark.parametrize("content", [None, b"", b"\n", b"caf\xc3\xa9", b"a\x00b", b"a\nb"])
def test_a_password_that_cannot_be_used_says_whose_it_is_and_not_what_it_is(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "rol").write_bytes(content)
    with pytest.raises(StartError, match="het wachtwoord van rol") as caught:
        read_password(tmp_path, "rol")
    assert "caf" not in str(caught.value)


def test_the_administrator_is_the_user_of_the_address(tmp_path: Path) -> None:
    (tmp_path / "be heerder").write_text("geheim\n")
    address = "postgresql://be%20heerder@db/happyflow"
    assert administrator(Settings(database_url=address)) == {"dsn": address}
    assert administrator(Settings(database_url=address, database_password_folder=tmp_path)) == {
        "dsn": address,
        "password": "geheim",
    }
    for settings in (
        Settings(database_url=None),
        Settings(database_url="postgresql://db/happyflow", database_password_folder=tmp_path),
        Settings(database_url="postgresql://ander@db/happyflow", database_password_folder=tmp_path),
    ):
        with pytest.raises(StartError):
            administrator(settings)
