# The bot in a container; README.md says how it is run, compose.yaml runs it with PostgreSQL.
FROM python:3.12.12-slim AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY config config
COPY storage storage
COPY handlers handlers
COPY bot bot
RUN /venv/bin/python -m pip install --constraint constraints.txt .

FROM python:3.12.12-slim

LABEL org.opencontainers.image.title="mcu-bot" \
      org.opencontainers.image.description="Front end of a municipal control centre: appeals of residents from messengers and the web" \
      org.opencontainers.image.licenses="MIT"

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin mcu \
    && install --directory --owner=mcu --group=mcu --mode=0700 /data
COPY --from=build /venv /venv

ENV PATH="/venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MCU_DATA_DIR=/data \
    MCU_WEB_HOST=0.0.0.0

USER mcu
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM

# Plain Docker restarts nobody for this: it says who may be given requests (up --wait, the door).
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; line = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('MCU_WEB_PORT') or 8080), timeout=8); line.request('GET', '/readyz'); sys.exit(line.getresponse().status != 200)"]

CMD ["python", "-m", "bot"]
