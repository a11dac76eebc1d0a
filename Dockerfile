# The review as a container: docs/deploy.md. Nothing in it may be written but /data and /tmp.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock

FROM python:3.11-slim-bookworm
# What WeasyPrint loads to make a PDF, and a font.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin reliability \
    && install -d -o reliability -g reliability /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /opt/reliability
COPY .streamlit .streamlit
COPY app.py ./
COPY pages pages
COPY queries queries
COPY reliability reliability
RUN /opt/venv/bin/python -m compileall -q app.py pages reliability
# Each thread's own heap keeps what a page once took: with two of them a fifth less stays resident.
ENV PATH=/opt/venv/bin:$PATH \
    MALLOC_ARENA_MAX=2 \
    PYTHONDONTWRITEBYTECODE=1 \
    RELIABILITY_DATA=/data \
    RELIABILITY_LOG=json \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true
USER 10001:10001
VOLUME /data
EXPOSE 8501
# 503 is a server that waits for its first exports.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import http.client; \
    asked = http.client.HTTPConnection('127.0.0.1', 8501, timeout=4); asked.request('GET', '/healthz'); \
    raise SystemExit(asked.getresponse().status not in (200, 503))"]
# Another address than this machine's needs a sign-in in /data/review.toml; without one the server says so and ends.
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
