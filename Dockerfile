# One image for web, worker, beat and watch. Python packages by hash, web assets from the lock file.
FROM node:20-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CASEWORK_ENV=production
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 casework
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md wsgi.py ./
COPY casework casework
COPY statemachines statemachines
COPY sla sla
COPY letters letters
RUN pip install --no-cache-dir --no-deps -e .
COPY --from=assets /app/node_modules node_modules
RUN python -c "from casework.web import assets; assets.collect()"
# The table of diagnosis codes is built once, into the image.
RUN casework codes build && mkdir -p /data && chown casework /data
USER casework
ENV CASEWORK_DATA_DIR=/data
EXPOSE 8000
CMD ["casework", "serve", "--host", "0.0.0.0", "--port", "8000"]
