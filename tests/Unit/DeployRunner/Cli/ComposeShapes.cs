namespace ChainBridge.Tests.Unit.DeployRunner.Cli;

/// <summary>Compose files as teams have them.</summary>
internal static class ComposeShapes
{
    /// <summary>Two pages, a worker between a queue and a database, sources mounted for development, a seed with a profile.</summary>
    public const string Voting = """
        services:
          ballot:
            build:
              context: ./ballot
              target: dev
            depends_on:
              redis:
                condition: service_healthy
            healthcheck:
              test: ["CMD", "curl", "-f", "http://localhost"]
            volumes:
              - ./ballot:/usr/local/app
            ports:
              - "8080:80"
            networks: [front, back]
          tally:
            build: ./tally
            entrypoint: nodemon --inspect=0.0.0.0 server.js
            depends_on:
              db:
                condition: service_healthy
            volumes:
              - ./tally:/usr/local/app
              - /usr/local/app/node_modules
            ports:
              - "127.0.0.1:9229:9229"
              - "8081:80"
            networks: [front, back]
          counter:
            build: ./counter
            depends_on:
              redis: { condition: service_healthy }
              db: { condition: service_healthy }
            networks: [back]
          redis:
            image: redis:alpine
            networks: [back]
          db:
            image: postgres:15-alpine
            environment: { POSTGRES_USER: postgres, POSTGRES_PASSWORD: postgres }
            volumes: ["db-data:/var/lib/postgresql/data"]
            networks: [back]
          seed:
            build: ./seed
            profiles: ["seed"]
            depends_on: { ballot: { condition: service_healthy } }
        volumes:
          db-data:
        networks:
          front:
          back:
        """;

    /// <summary>One image for the site, its migrations, a worker and a clock; a look into the queue; container names.</summary>
    public const string Django = """
        x-app: &app
          build: .
          env_file: .env
          depends_on:
            - db
            - rabbit
        services:
          migrate:
            <<: *app
            command: python manage.py migrate
          web:
            <<: *app
            container_name: shop-web
            command: gunicorn shop.wsgi -b 0.0.0.0:8000
            depends_on:
              migrate: { condition: service_completed_successfully }
              mailhog: { condition: service_started }
            ports: ["8000:8000", "5678:5678"]
            volumes: [".:/code", "static:/static"]
          worker:
            <<: *app
            command: celery -A shop worker
            volumes: [".:/code"]
          beat:
            <<: *app
            command: celery -A shop beat
          db:
            image: postgis/postgis:16-3.4
            ports: ["5432:5432"]
          rabbit:
            image: rabbitmq:3-management
          mailhog:
            image: mailhog/mailhog
            ports: ["8025:8025"]
        volumes:
          static: {}
        """;

    /// <summary>A page, an API and a document store; nothing in it is for development only.</summary>
    public const string Node = """
        services:
          api:
            build: { context: api, dockerfile: Dockerfile }
            expose: ["3000"]
            environment: { MONGO_URL: "mongodb://mongo:27017/app" }
            depends_on: [mongo]
          client:
            build: client
            ports: ["3000:80"]
            depends_on: [api]
          mongo:
            image: mongo:7
            volumes: [data:/data/db]
        volumes:
          data:
        """;
}
