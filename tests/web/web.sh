# The test web: five sites on loopback that stand for the five sources of corpus/. After tests/cli/lib.sh:
#
#     . "$OSLER_ROOT/tests/web/web.sh"
#     web_start                       # again: from the beginning, with the pages as they were
#     web_corpus articles             # the sample article, citing these sites
#     osler-index --allow-private articles
#     web_requests                    # what was asked for since the last time
#     web_stop
#
# $web_folder/sites holds the pages, for tests to change; http://SITE.localhost:$web_port/ serves them, and
# http://127.0.0.1:$web_port/SITE.localhost/ for programs that do not resolve such names.
# shellcheck shell=bash

web_folder=$script_folder/web web_port='' web_pid=''
trap 'web_stop; case_end' EXIT

web_free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

web_write_pages() {
    local source=$OSLER_ROOT/tests/web page=newsweek.localhost/nw-ai/ai-impact-awards-2025-health-care-2086965.html
    rm -rf "$web_folder" && mkdir -p "$web_folder/tmp"
    cp -r "$source/sites" "$web_folder/sites"
    iconv -f UTF-8 -t WINDOWS-1252 "$source/sites/$page" >"$web_folder/sites/$page"
    mkdir -p "$web_folder/sites/newsweek.localhost/reports"
    python3 "$source/pdf.py" >"$web_folder/sites/newsweek.localhost/reports/awards-method.pdf"
    grep -rlZ '@PORT@' "$web_folder/sites" | xargs -0 sed -i "s/@PORT@/$web_port/g"
    # Root's nginx would serve as another user, who may not look into this folder.
    sed -e "s/@PORT@/$web_port/g" -e "s/@USER@/$([[ $(id -u) -ne 0 ]] || echo 'user root;')/" \
        "$source/nginx.conf" >"$web_folder/nginx.conf"
    : >"$web_folder/requests.log"
    echo 0 >"$web_folder/requests.seen"
}

# Starts nginx with the pages that are there, on the port that it had.
web_serve() {
    local i
    nginx -p "$web_folder/" -c nginx.conf -e error.log -g 'daemon off;' >"$web_folder/nginx.out" 2>&1 &
    web_pid=$!
    for ((i = 0; i < 100; i++)); do
        kill -0 "$web_pid" 2>/dev/null || break
        if (exec 3<>"/dev/tcp/127.0.0.1/$web_port") 2>/dev/null; then
            return 0
        fi
        sleep 0.05
    done
    return 1
}

web_start() {
    web_stop
    for _ in 1 2 3; do # another program may take the port first
        web_port=$(web_free_port)
        web_write_pages
        ! web_serve || return 0
        web_stop
    done
    fail "nginx does not start" "$(cat "$web_folder/error.log" "$web_folder/nginx.out")"
    return 1
}

web_stop() {
    [[ -n $web_pid ]] || return 0
    kill -TERM "$web_pid" 2>/dev/null
    wait "$web_pid" 2>/dev/null
    web_pid=''
}

# The requests since the last call, in the order in which they were answered, sorted by URL; columns by
# tabs: method, URL, status, If-None-Match, If-Modified-Since, User-Agent. With "pages" not those of robots.txt.
web_requests() { # [pages]
    local log=$web_folder/requests.log seen=$web_folder/requests.seen
    sleep 0.1 # nginx logs a request after it has answered it
    tail -n +$(($(cat "$seen") + 1)) "$log" | sed 's/\\t/\t/g' |
        { if [[ ${1-} == pages ]]; then grep -v 'localhost:[0-9]*/robots\.txt'; else cat; fi; } | sort -t $'\t' -k 2,2 -s
    wc -l <"$log" >"$seen"
}

# The sample article with the test web's sites in the place of those that it cites.
web_corpus() { # folder
    cp -r "$OSLER_ROOT/corpus" "$1"
    sed -i -E -e "s#https?://(www\.)?(modernhealthcare|weforum|newsweek|nhsconfed)\.(com|org)/#http://\2.localhost:$web_port/#g" \
        -e "s#https?://finance\.yahoo\.com/#http://finance-yahoo.localhost:$web_port/#g" "$1"/*.md
}
