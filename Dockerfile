# One image for every role: python -m services.posts api|relay|worker, python -m services.metrics
# api|relay|consumer, mitmach init|demo. Nothing but what the lock names by hash is installed, and the second
# stage has neither pip's cache nor a build tool.
FROM python:3.12-slim AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/mitmach
COPY requirements/runtime.txt requirements/runtime.txt
ARG PIP_INDEX_URL
RUN /opt/mitmach/bin/pip install --require-hashes --only-binary :all: -r requirements/runtime.txt
COPY mitmach mitmach
COPY services services
COPY shared shared
COPY schemas shared/schemas
# Plain modules beside the installed ones: building a wheel of them would need a build tool.
RUN site=$(/opt/mitmach/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])') \
 && cp -r mitmach services shared "$site/" \
 && printf '%s\n' '#!/opt/mitmach/bin/python' 'from mitmach.__main__ import main' 'main()' \
      > /opt/mitmach/bin/mitmach \
 && chmod 755 /opt/mitmach/bin/mitmach \
 && /opt/mitmach/bin/pip uninstall --yes --quiet pip \
 && /opt/mitmach/bin/python -m compileall -q -j 2 "$site"

FROM python:3.12-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Mitmach" \
      org.opencontainers.image.description="Engagement backend: every interaction is counted exactly once" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/mitmach /opt/mitmach
# Nothing is written to disk, so the root file system can be read-only; only `demo` without a target
# would need a folder.
ENV PATH=/opt/mitmach/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MITMACH_HTTP_HOST=0.0.0.0 \
    MITMACH_HTTP_PORT=8000
WORKDIR /tmp
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python3", "-S", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
CMD ["python3", "-m", "services.posts", "--help"]
