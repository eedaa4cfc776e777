"""What holds the stories of different clients together while they are planned."""


class NietPlaatsbaarError(Exception):
    """This story does not fit this client: no free product, no earlier month, no clean round."""


class Samenhang:
    """What stories of different clients share while they are planned.

    `uitval_rondes` holds contract and round (by number) of declaraties that are not answered at once; nothing in
    them may be credited before. `bezet` are clients with a story of their own, `met_rust` those whose normal care
    somebody else's story relies on.
    """

    def __init__(self) -> None:
        self.uitval_rondes: set[tuple[int, int]] = set()
        self.bezet: set[int] = set()
        self.met_rust: set[int] = set()
        self.vreemden: dict[str, int] = {}
