# The official binaries (binaries/, checksums verified by who put them there), and from Go modules
# those that have no official binary to download.
ARG BASE=debian:trixie-slim
FROM ${BASE} AS build
COPY ca/ /usr/local/share/ca-certificates/
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates golang-go git \
 && update-ca-certificates
ENV CGO_ENABLED=0 GOFLAGS="-trimpath -mod=readonly" GOTOOLCHAIN=auto GOBIN=/out
COPY etcd/ /src/etcd/
RUN cd /src/etcd && go install -ldflags "-s -w" tool && mv /out/server /out/etcd
COPY coredns/ /src/coredns/
RUN cd /src/coredns && go install -ldflags "-s -w" tool
COPY metrics-server/ /src/metrics-server/
RUN cd /src/metrics-server && go install -ldflags "-s -w" tool
COPY pause/ /src/pause/
RUN cd /src/pause && go install -ldflags "-s -w" .
COPY binaries/ /out/

FROM scratch
COPY --from=build /out/ /out/
