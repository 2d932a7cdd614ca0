# One image, two programs: /app/operator.js and /app/pipeline.js. Pods name the one they are as their first argument.

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
# Nothing of npm is needed to run, and nothing that is not there has to be kept safe.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
WORKDIR /app
COPY --from=build --chown=root:root /src/dist /app
ENV NODE_ENV=production
USER 65532:65532
ENTRYPOINT ["node"]
