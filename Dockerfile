# kefu's image: one image for web, worker, beat and the one-shot "prepare" (docker-compose.yml).
FROM python:3.12-slim AS packages
COPY requirements/production.lock /tmp/
RUN python -m venv /opt/kefu \
    && /opt/kefu/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/production.lock

FROM python:3.12-slim
ENV PATH=/opt/kefu/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=kefu.settings \
    KEFU_DATA_DIR=/data \
    KEFU_STATIC_ROOT=/app/static-built
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin kefu \
    && install --directory --owner kefu --group kefu --mode 0750 /data
COPY --from=packages /opt/kefu /opt/kefu
COPY . /app
WORKDIR /app
RUN python manage.py build && python -m compileall -q /app /opt/kefu
USER kefu
VOLUME /data
EXPOSE 8000
# Asks for its own name, so KEFU_ALLOWED_HOSTS must contain 127.0.0.1 (docker-compose.yml adds it).
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "kefu.serving.processes", "web"]
