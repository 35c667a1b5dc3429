/* A tiny HTTP server on 127.0.0.1, in threads of the test, that answers each path as a table says:
 * with fixed bytes, or in a way that no honest server would. It never keeps a connection open and
 * never sends an answer's end if the client goes away. */
#ifndef OSLER_TESTS_HOSTILE_SERVER_H
#define OSLER_TESTS_HOSTILE_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "store/buffer.h"

struct server;

struct route {
    const char *path;
    const char *answer; /* whole, head and body; NULL: `act` answers */
    void (*act)(struct server *server, int client);
};

struct server {
    const struct route *routes; /* ends with a path of NULL; any other path is not found */
    int listener;
    int port;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t idle;
    size_t n_clients, most_clients; /* being answered */
    struct buffer log;              /* the heads of all requests, as received */
    _Atomic(const char *) robots;   /* the answer for /robots.txt; NULL: not found */
};

struct server_client {
    struct server *server;
    int socket;
};

static const char server_not_found[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n"
                                       "Connection: close\r\n\r\ngone";

/* False when the client has gone away. */
static inline bool server_send(int client, const char *bytes, size_t n_bytes) {
    while (n_bytes > 0) {
        ssize_t n_sent = send(client, bytes, n_bytes, MSG_NOSIGNAL);
        if (n_sent <= 0)
            return false;
        bytes += n_sent;
        n_bytes -= (size_t)n_sent;
    }
    return true;
}

static inline bool server_send_string(int client, const char *text) {
    return server_send(client, text, strlen(text));
}

/* Waits; false when the client has gone away. */
static inline bool server_wait(int client, int ms) {
    struct pollfd descriptor = {.fd = client, .events = POLLIN};
    return poll(&descriptor, 1, ms) == 0;
}

/* Sends nothing more until the client has had enough. */
static inline void server_be_silent(int client) {
    while (server_wait(client, 1000))
        ;
}

/* Reads a request's head; false if none comes. */
static inline bool server_read_head(int client, struct buffer *head) {
    char byte;
    while (recv(client, &byte, 1, 0) == 1) {
        buffer_append_char(head, byte);
        if (head->data[0] == 0x16) /* the greeting of TLS: answered as web servers do */
            return server_send_string(client, "HTTP/1.1 400 Bad Request\r\n\r\n") && false;
        if (head->size >= 4 && memcmp(head->data + head->size - 4, "\r\n\r\n", 4) == 0)
            return true;
    }
    return false;
}

/* The path of "GET PATH HTTP/1.1", or of "GET http://host/PATH ..." as a proxy is asked. */
static inline void server_path(const struct buffer *head, char path[static 256]) {
    char target[256] = "";
    sscanf(buffer_string(head), "%*15s %255s", target);
    const char *host = strstr(target, "://");
    const char *start = host ? strchr(host + 3, '/') : target;
    snprintf(path, 256, "%s", start ? start : "/");
}

static inline void server_answer(struct server *server, int client, const char *path) {
    const char *answer = server_not_found;
    const char *robots = server->robots;
    if (strcmp(path, "/robots.txt") == 0 && robots) {
        server_send_string(client, robots);
        return;
    }
    for (const struct route *route = server->routes; route->path; route++) {
        if (strcmp(route->path, path) != 0)
            continue;
        if (!route->answer) {
            route->act(server, client);
            return;
        }
        answer = route->answer;
        break;
    }
    server_send_string(client, answer);
}

static inline void *server_serve_client(void *argument) {
    struct server_client *client = argument;
    struct server *server = client->server;
    struct buffer head = {0};
    if (server_read_head(client->socket, &head)) {
        char path[256];
        server_path(&head, path);
        pthread_mutex_lock(&server->mutex);
        buffer_append(&server->log, buffer_string(&head), head.size);
        pthread_mutex_unlock(&server->mutex);
        server_answer(server, client->socket, path);
        shutdown(client->socket, SHUT_WR); /* no reset that could overtake the last bytes */
        server_wait(client->socket, 1000);
    }
    buffer_free(&head);
    close(client->socket);
    free(client);
    pthread_mutex_lock(&server->mutex);
    server->n_clients--;
    pthread_cond_signal(&server->idle);
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

static inline void *server_accept(void *argument) {
    struct server *server = argument;
    int socket;
    while ((socket = accept(server->listener, NULL, NULL)) >= 0) {
        struct server_client *client = malloc(sizeof *client);
        pthread_t thread;
        if (!client)
            abort();
        *client = (struct server_client){server, socket};
        pthread_mutex_lock(&server->mutex);
        server->n_clients++;
        if (server->most_clients < server->n_clients)
            server->most_clients = server->n_clients;
        pthread_mutex_unlock(&server->mutex);
        if (pthread_create(&thread, NULL, server_serve_client, client) != 0)
            abort();
        pthread_detach(thread);
    }
    return NULL;
}

/* A socket that listens on a free port of 127.0.0.1. */
static inline int server_listen(int backlog, int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t n_bytes = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, n_bytes) != 0 ||
        listen(listener, backlog) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &n_bytes) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return listener;
}

static inline void server_start(struct server *server, const struct route *routes) {
    *server = (struct server){.routes = routes};
    server->listener = server_listen(64, &server->port);
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->idle, NULL);
    if (pthread_create(&server->thread, NULL, server_accept, server) != 0)
        abort();
}

/* Waits for the answers that are under way: clients must have closed their connections. */
static inline void server_stop(struct server *server) {
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    pthread_mutex_lock(&server->mutex);
    while (server->n_clients > 0)
        pthread_cond_wait(&server->idle, &server->mutex);
    pthread_mutex_unlock(&server->mutex);
    pthread_mutex_destroy(&server->mutex);
    pthread_cond_destroy(&server->idle);
    buffer_free(&server->log);
}

/* How often the heads of all requests hold `text`. */
static inline size_t server_count(struct server *server, const char *text) {
    size_t n = 0;
    pthread_mutex_lock(&server->mutex);
    for (const char *at = buffer_string(&server->log); (at = strstr(at, text)); at++)
        n++;
    pthread_mutex_unlock(&server->mutex);
    return n;
}

#endif
