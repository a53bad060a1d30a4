# One image for every service: `command:` says which (docker-compose.yml).
# Each RUN is a line of .gitlab-ci.yml too; tools/src/ship/image.int-spec.ts runs them in a copy of the tree.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /warren
COPY . .
RUN npm ci
RUN npx tsc -b
RUN npm prune --omit=dev --omit=optional

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /warren
COPY --from=build /warren ./
# The keys' volume is made from this folder, so that the user `node` owns it.
RUN mkdir /keys && chown node:node /keys
USER node
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 CMD ["node", "deploy/healthy.mjs"]
