"""Icons decided by hand, where a name alone would decide wrongly. Technologies are named by slug."""

from stacks.management.icons.choice import Table


def _pairs(text: str) -> dict[str, str]:
    """Words of the form technology=icon, or only the word where both are the same."""
    return {word.partition("=")[0]: word.rpartition("=")[2] for word in text.split()}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Icons of simple-icons that were looked at: the name agrees but the addresses do not (a foundation's artwork, a former
# domain), or the addresses agree but the names do not.
CHECKED = _pairs("""
    activitypub ada airbrake algolia alibaba-cloud=alibabacloud android-sdk=android ansible
    apache-netbeans=apachenetbeanside appium asterisk backbonejs=backbonedotjs bamboo bigcommerce bitbucket blazor c
    c-plus-plus=cplusplus chai claude clojure cockroachdb=cockroachlabs common-lisp=commonlisp consul containerd css
    cuda=nvidia curl dbeaver dependabot dovecot drone dvc eclipse-ide=eclipseide eclipse-jetty=eclipsejetty
    eclipse-mosquitto=eclipsemosquitto envoy=envoyproxy etcd express fastapi fauna ffmpeg figma fortran freebsd getx
    ghost git-lfs=gitlfs github github-copilot=githubcopilot gitpod go go-task=task google-maps-platform=googlemaps
    google-play=googleplay gradle haproxy headless-ui=headlessui hoppscotch html=html5 javascript jquery json k6
    kotlin ktor kuma lens lerna linkerd linux livewire looker make-com=make mariadb markdown material-ui=mui
    mattermost mediapipe medium n8n nats=natsdotio nextjs=nextdotjs nginx notion npm openapi=openapiinitiative
    openjdk openshift=redhatopenshift opentelemetry ovhcloud=ovh perl pinia postman primevue progressive-web-app=pwa
    pypi pytorch-lightning=lightning quarkus qwik railway react-router=reactrouter reactivex remix replit rolldown
    rubygems rxjs=reactivex scipy semaphore-ci=semaphoreci serverless-framework=serverless sinatra=rubysinatra
    solidjs=solid sqlite stencil stimulus swift teradata timescaledb=timescale trello trivy turborepo typo3
    vertx=eclipsevertdotx vim vite vitess vitest webflow whatsapp-business-platform=whatsapp xmpp xstate yaml zapier
    zed=zedindustries zfs=openzfs
""")

# Drawings of devicon, which tells no address: for what simple-icons lacks, or draws with too many points.
DRAWN = _pairs("""
    adobe-illustrator=illustrator/plain adobe-photoshop=photoshop/plain adobe-xd=xd/plain
    aerospike=aerospike/original akka=akka/original amazon-dynamodb=dynamodb/plain
    amazon-web-services=amazonwebservices/plain-wordmark angular-material=angularmaterial/plain
    angularjs=angularjs/plain argo-cd=argocd/plain aspnet-core=dotnetcore/plain atom=atom/original
    azure-cosmos-db=cosmosdb/plain azure-devops=azuredevops/original azure-sql-database=azuresqldatabase/original
    ballerina=ballerina/original bash=bash/plain browserstack=browserstack/plain c-sharp=csharp/plain
    clojurescript=clojurescript/original core-js=corejs/original dropwizard=dropwizard/plain ecto=ecto/original
    entity-framework-core=entityframeworkcore/plain feathersjs=feathersjs/original firebird=firebird/plain
    github-codespaces=githubcodespaces/plain google-cloud-run=cloudrun/plain grunt=grunt/plain gulp=gulp/plain
    heroku=heroku/plain hyper-v=hyperv/plain java=java/plain karate=karatelabs/plain karma=karma/plain
    kubeflow=kubeflow/plain linux=linux/plain magento=magento/original matlab=matlab/plain
    matplotlib=matplotlib/plain memcached=memcached/plain microsoft-azure=azure/plain
    microsoft-clarity=clarity/plain mithril=mithril/original motion=framermotion/original nestjs=nestjs/original
    networkx=networkx/plain nhibernate=nhibernate/plain nwjs=nodewebkit/plain objective-c=objectivec/plain
    phalcon=phalcon/plain pixijs=pixijs/plain playwright=playwright/plain pm2=pm2/plain powershell=powershell/plain
    prolog=prolog/plain puppeteer=puppeteer/plain react-native=reactnative/original rspec=rspec/plain
    scikit-learn=scikitlearn/plain slack=slack/plain spicedb=spicedb/plain teleport=teleport/original
    twilio=twilio/original visual-basic-dotnet=visualbasic/plain visual-studio=visualstudio/plain
    visual-studio-code=vscode/plain vyper=vyper/original xamarin=xamarin/original yugabytedb=yugabytedb/plain
""")

# The icon of that name shows something else.
REFUSED = {
    "amazon-neptune": "a tracker of experiments",
    "apache-geode": "a mod loader",
    "apache-helix": "an editor",
    "argos": "a chain of shops",
    "asciidoc": "one program that reads it",
    "boost": "a telephone company",
    "braintrust": "who that is, nobody could tell",
    "elementary": "an operating system",
    "gh-ost": "the publishing system Ghost",
    "glide": "a builder of applications",
    "google-security-operations": "its former name",
    "graphite": "an editor of drawings",
    "gymnasium": "the library before it",
    "haystack": "who that is, nobody could tell",
    "hcl": "a company",
    "hermes": "a parcel service",
    "hypothesis": "a service for notes on pages",
    "laminas": "a company that once kept it",
    "lightning-ai": "its former name",
    "make": "a service that joins services",
    "mkdocs": "a theme for it",
    "nebula": "a video service",
    "puma": "a maker of shoes",
    "ring": "a maker of doorbells",
    "rstudio": "the company that makes it",
    "serverless-architecture": "one framework for it",
    "shell": "an oil company",
    "tanstack-query": "its former logo",
    "tanstack-table": "its former logo",
    "uikit": "a CSS framework",
    "vespa": "a motor scooter",
    "zap": "a security scanner",
}

# Thin words and many strokes: nothing to read at 16 pixels.
UNREADABLE = _words("""
    apache-lucene apex apple-pay appsmith black canva cobol fiber github-pages google-pay groovy grpc kaggle koa
    latex libgdx macos ngrok nvm odoo opengl openssl oracle-database photon-engine spacy splunk sqlalchemy
    styled-components stylus sumo-logic typeform uwsgi vmware-vsphere vulkan webauthn webgl woocommerce zoom
""")

# Well known, though no company of the catalogue uses it yet and only one set has it. All others wait for a first usage.
KNOWN = _words("""
    1password actix-web adminer airbyte airtable akamai alpine-linux anthropic-api apache-arrow apache-avro
    apache-cordova apache-doris apache-druid apache-echarts apache-nifi apache-pulsar apache-rocketmq apache-storm
    apache-superset apache-tomcat apollo-graphos apple-app-store arangodb asana auth0 backstage basecamp bitwarden
    buildkite burp-suite caddy camunda ceph cilium claude-code clerk clickup cloud-foundry codeberg codesandbox
    contentful convex coolify cursor d d3 dapr dask databricks deepl deepseek deno discord discourse docusaurus
    draw-io drizzle-orm dropbox elastic-cloud elevenlabs esbuild excalidraw falco fastly fluent-bit fluentd fly-io
    flyway font-awesome gemini gitea gocd google-analytics google-cloud-bigtable google-cloud-composer
    google-cloud-dataflow google-cloud-dataproc google-cloud-spanner google-docs google-drive google-sheets
    google-tag-manager gradio graylog gsap hasura hetzner-cloud hono hotjar hotwire httpie hubspot hugging-face-hub
    i18next intercom istio jfrog-artifactory jinja jitsi-meet joomla json-web-token knative kong langchain langgraph
    leaflet linear lit livekit locust longhorn loom mailchimp maplibre material-design matomo matrix meilisearch
    mermaid milvus minio miro mistral mlflow model-context-protocol mongoose nativescript neon netdata nx observable
    ollama onnx openid-connect opensearch openstreetmap opentofu openvpn opsgenie paypal perplexity phpmyadmin
    planetscale plausible posthog pre-commit preact prefect prestashop prettier pydantic pypy qdrant qemu radix-ui
    razorpay react-flow react-hook-form red-hat-enterprise-linux relay render renovate replicate resend retool
    revenuecat ruff sap shadcn-ui shopify-platform singlestore snyk sonarqube-cloud sphinx spinnaker spring-boot
    spring-security square squarespace strapi stripe sublime-text swc telegram thanos tidb toml traefik turso
    upstash uv vapor vega virtualbox vitepress vllm wagtail wandb webdriverio webrtc wix zap-proxy zendesk zod zulip
""")

TABLE = Table(checked=CHECKED, drawn=DRAWN, refused=REFUSED, unreadable=UNREADABLE, known=KNOWN)
