# Two stages: the first has the toolchain, the second only what the binary needs at run time.
ARG SWIFT=6.2-bookworm

FROM swift:${SWIFT} AS build
# The release of Debian's packages is fixed by the base image, not package by package.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends libcurl4-openssl-dev libpq-dev pkg-config zlib1g-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies first: a change of our own sources then builds on a cached layer of packages.
COPY Package.swift Package.resolved ./
RUN swift package resolve
COPY . .
# libpq, curl and zlib stay dynamic; Swift's own libraries go into the binary, so the second stage needs none.
RUN swift build -c release --product yaosu --static-swift-stdlib \
  && strip -o /yaosu .build/release/yaosu

FROM debian:12-slim
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates libcurl4 libpq5 tzdata zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin yaosu
COPY --from=build /yaosu /usr/local/bin/yaosu
COPY scripts/every-night /usr/local/bin/every-night
ENV TZ=Asia/Shanghai
USER 10001
EXPOSE 8080
ENTRYPOINT ["yaosu"]
CMD ["serve", "--address", "0.0.0.0", "--port", "8080"]
