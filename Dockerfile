# One image for all services and for the job that brings the tables up to date:
#   docker build -t happyflow:0.1.0 --build-arg VERSIE=0.1.0 --build-arg REVISIE="$(git rev-parse HEAD)" .
#   docker run happyflow:0.1.0 up allocation | migrate | check | kafka topics --maak | token ...
# It holds no PostgreSQL (the extra "embedded" of pyproject.toml): HAPPYFLOW_DATABASE_URL names one.

FROM python:3.11.17-slim-trixie AS bouw

WORKDIR /opt/happyflow
COPY requirements-runtime.lock ./
# Wheels alone: nothing that comes from a registry is run while this image is built.
RUN python -m venv --without-pip /opt/venv && \
    python -m pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --no-compile \
        --require-hashes --only-binary :all: -r requirements-runtime.lock

COPY LICENSE pyproject.toml ./
COPY schemas ./schemas
COPY ijw ./ijw
COPY services ./services
COPY deploy/image ./deploy/image
# On the path as they stand: schemas/ is found beside the code. Compiled here, because nobody can write there later.
RUN echo /opt/happyflow > "$(/opt/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/happyflow.pth" && \
    /opt/venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib /opt/happyflow && \
    /opt/venv/bin/python -P -m services.cli --help > /dev/null


FROM python:3.11.17-slim-trixie

ARG VERSIE=0.1.0
ARG REVISIE=onbekend
LABEL org.opencontainers.image.title="Happyflow" \
      org.opencontainers.image.description="Koppelt elke declaratie aan haar toewijzing, antwoordt de aanbieder en bewaakt het budget." \
      org.opencontainers.image.licenses="EUPL-1.2" \
      org.opencontainers.image.version="${VERSIE}" \
      org.opencontainers.image.revision="${REVISIE}"

# The first process passes signals on and clears away what workers leave. Debian keeps one version of it at a time.
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install -y --no-install-recommends tini && \
    rm -rf /var/lib/apt/lists/*

# Root's, so that who runs it can change none of it.
COPY --from=bouw /opt/venv /opt/venv
COPY --from=bouw /opt/happyflow /opt/happyflow
RUN ln -s /opt/happyflow/deploy/image/happyflow /usr/local/bin/happyflow

# Nothing is written but below /tmp; PYTHONDONTWRITEBYTECODE because everything is compiled.
ENV HAPPYFLOW_HOST=0.0.0.0 \
    HAPPYFLOW_PORT=8080 \
    HAPPYFLOW_DATA=/tmp/happyflow \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
    CMD ["/opt/venv/bin/python", "-I", "-S", "/opt/happyflow/deploy/image/gezond.py"]

ENTRYPOINT ["/usr/bin/tini", "--", "happyflow"]
CMD ["up"]
