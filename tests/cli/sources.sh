#!/bin/bash
# Cited pages from the link in an article to the hit: fetched, archived, indexed, asked for again. The web
# is that of tests/web.

. "$OSLER_ROOT/tests/cli/lib.sh"
. "$OSLER_ROOT/tests/web/web.sh"

PATH=$(dirname "$OSLER_ONLINE"):$PATH
seed=articles/transformative-role-of-ai-in-healthcare.md

index() { # code arguments...
    expect_exit "$1" osler-index -i test.db --allow-private --host-delay 0s "${@:2}"
}
index_seed() {
    web_start
    web_corpus articles
    index 0 articles
    expect_silence
}

# An article of one sentence for each URL.
write_article() { # file URL...
    local url n=0
    mkdir -p "$(dirname "$1")"
    {
        printf '# Notes\n'
        for url in "${@:2}"; do
            n=$((n + 1))
            printf '\nStatement %d is supported by [source %d](%s).\n' $n $n "$url"
        done
    } >"$1"
}

site() { # name/path
    echo "http://${1%%/*}.localhost:$web_port/${1#*/}"
}

# The answers to questions about articles and sources, without the time they took.
ask_all() { # index
    local query
    for query in 'ambulance dispatch' 'variant interpretation' 'sepsis alarm' 'patient access dermatologist' \
        '"industrial action"' 'kind:source hospital' 'cites:weforum.localhost' "cited-by:$seed booking" 'measured impact'; do
        osler-query -i "$1" -f json -n 100 "$query" | jq 'del(.took_ms)'
    done
}

# Of the links in --links --json, one a line: health, reason and URL without the port.
list_links() {
    osler-index -i test.db --links --json |
        jq -r '.links[] | [.health, .reason // "-", (.url | sub(":[0-9]+/"; "/"))] | join("|")' | sort
}

expect_source() { # query, then url title site author published, "" being null
    expect_exit 0 osler-query -i test.db -f json "kind:source $1"
    expect_json --arg url "$2" --arg title "$3" --arg site "$4" --arg author "$5" --arg published "$6" \
        '.hits[0] | .passage.page as $page | .document as $document | $document.kind == "source" and $document.url == $url and
        $document.path == null and $document.title == $title and $document.site == $site and
        ($document.author // "") == $author and ($document.published | startswith($published)) and
        ($document.retrieved | test("^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$")) and
        (.link | startswith($url + if $page then "#page=" else "#:~:text=" end))'
}

# ---- finding ----

case_begin "what the cited pages say is found, with where and when"
index_seed
expect_match '^test.db: 1 file .* 6 documents, .* 5 citations of 5 sources; .* 5 came, 0 unchanged, 0 failed'
expect_source 'variant interpretation insurers' "$(site modernhealthcare/health-tech/ai/live-updates)" \
    'Tracking AI in healthcare: live updates' 'Modern Healthcare Test' 'Marion Castellane' 2025-07-14
expect_source 'fracture x-ray' "$(site weforum/stories/2025/08/ai-transforming-global-health/)" \
    '7 ways AI is transforming healthcare' 'Forum Test' 'Ingrid Solvang' 2025-08-13
expect_source 'counties without a dermatologist' "$(site finance-yahoo/news/hims-hers-leads-charge-ai-171300373.html)" \
    'Telehealth firm leads the charge in AI-driven personal care' 'Finance Test' 'Tobias Renner' 2025-08-12
expect_source 'sepsis alarm ward' "$(site newsweek/nw-ai/ai-impact-awards-2025-health-care-2086965)" \
    'AI Impact Awards 2025: the winners in health care' 'Weekly Test' 'Zoë Desrosiers' 2025-06-25
expect_source 'ballot industrial action booking' "$(site nhsconfed/articles/health-care-sector-latest-developments)" \
    'Health and care sector latest developments' 'Confederation Test' '' 2025-09-19

case_begin "a hit of a source says who cites it, where and for what"
index_seed
expect_exit 0 osler-query -i test.db -f json 'kind:source industrial action'
expect_json --arg path $seed '.hits[0].cited_by | length == 1 and .[0].path == $path and .[0].lines == [19, 19] and
    (.[0].claim | startswith("Many healthcare professionals harbor reservations")) and
    (.[0].title | startswith("The Transformative Role of AI"))'
expect_exit 0 osler-query -i test.db "kind:source industrial action"
expect_match 'nhsconfed.localhost'
expect_match "$seed:19"

case_begin "an article's citations know the health of the link and the source's document"
index_seed
expect_exit 0 osler-query -i test.db -f json 'kind:article ambulance dispatch'
expect_json '.hits[0].citations | map(.health) == ["moved", "live"]'
expect_json --arg moved "$(site modernhealthcare/health-tech/ai/live-updates)" '.hits[0].citations[0].document == $moved'
document=$(jq -r '.hits[0].citations[1].document' "$out")
expect_exit 0 osler-query -i test.db -f json 'kind:source ambulance dispatch'
expect_json --arg id "$document" '.hits[0].document.id == $id'

case_begin "navigation, banners, comments and the like are not found"
index_seed
for words in cookies newsletter 'FirstTimeReader' '"Related articles"' '"Read next"' LinkedIn WhatsApp '"Quotes are delayed"' \
    '"Skip to main content"' '"Recommended stories"' '"You may also be interested"'; do
    expect_exit 1 osler-query -i test.db -f json "kind:source $words"
done

case_begin "the pages of a PDF are read as one text"
web_start
write_article articles/a.md "$(site newsweek/reports/awards-method.pdf)"
index 0 articles
expect_silence
expect_source '"the difference then appeared twice"' "$(site newsweek/reports/awards-method.pdf)" \
    'How the jury measured impact' newsweek.localhost 'Jury of the AI Impact Awards' 2025-06-20
expect_json '.hits[0].passage.heading | last == "Comparisons that count"'
expect_json '.hits[0] | .passage.page == 1 and (.link | endswith("#page=1"))'
expect_exit 0 osler-query -i test.db -f json 'kind:source maintenance costs'
expect_json '.hits[0] | .passage.page == 2 and (.link | endswith("#page=2"))'
expect_exit 1 osler-query -i test.db '"2 of 2"'

# ---- asking again ----

case_begin "a later run asks for nothing, and with --max-age 0s only whether the pages have changed"
index_seed
expect_equal "$(web_requests pages | cut -f 1,3 | sort | uniq -c | tr -s ' ')" "$(printf ' 5 GET\t200\n 1 GET\t301')"
index 0 articles
expect_match '0 new, 0 changed, 0 removed, 1 unchanged'
expect_equal "$(web_requests)" ""
ask_all test.db >answers
index 0 --max-age 0s articles
expect_match '0 came, 5 unchanged, 0 failed'
web_requests >requests
expect_equal "$(cut -f 3 requests | sort | uniq -c | tr -s ' ')" " 5 304"
expect_equal "$(awk -F '\t' '$3 == 304 && ($4 == "" || $5 == "")' requests)" ""
expect_equal "$(cut -f 6 requests | sort -u)" "osler-index/0.1"
ask_all test.db | jq 'del(.hits[].document.retrieved)' >answers-now
jq 'del(.hits[].document.retrieved)' answers | compare_with_expected answers-now

# An archive of a robots.txt of weforum as the server has it, but with these rules, and of that age.
archive_robots() { # days rules
    local url=http://127.0.0.1:$web_port/weforum.localhost/robots.txt etag head
    printf 'User-agent: *\nDisallow:\n' >"$web_folder/sites/weforum.localhost/robots.txt"
    etag=$(curl -sI -H "Host: weforum.localhost:$web_port" "http://127.0.0.1:$web_port/robots.txt" |
        sed -n 's/^ETag: \(.*\)\r/\1/p')
    head=$(printf 'HTTP/1.1 200 OK\r\nETag: %s\r\n\r\n.' "$etag")
    head=${head%.}
    mkdir -p test.db.archive
    printf 'WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nContent-Length: %d\r\n\r\n%s%b\r\n\r\n' \
        "$(site weforum/robots.txt)" "$(date -u -d "$1 days ago" +%FT%TZ)" $((${#head} + ${#2})) "$head" "$2" >test.db.archive/old.warc
}

case_begin "a robots.txt is used for a day, then it is asked whether it has changed"
web_start
write_article articles/a.md "$(site weforum/files/method.txt)"
archive_robots 0 $'User-agent: *\nDisallow: /\n'
web_requests >/dev/null
index 1 articles
expect_error_match 'robots.txt disallows it'
expect_equal "$(web_requests)" ""
rm -r test.db test.db.archive
archive_robots 2 $'User-agent: *\nDisallow: /\n'
web_requests >/dev/null
index 1 articles
expect_error_match 'robots.txt disallows it'
expect_equal "$(web_requests | cut -f 2,3)" "$(site weforum/robots.txt)	304"
# A run after that uses what it has learned.
index 1 --max-age 0s articles
expect_equal "$(web_requests)" ""
echo '# more' >>"$web_folder/sites/weforum.localhost/robots.txt"
rm -r test.db test.db.archive/sources*
index 0 articles
expect_equal "$(web_requests | cut -f 2,3)" "$(site weforum/files/method.txt)	200
$(site weforum/robots.txt)	200"

case_begin "what two links lead to is asked for once, and a temporary redirect each time"
web_start
write_article articles/a.md "$(site modernhealthcare/today)" \
    "$(site modernhealthcare/health-tech/ai/mh-tracking-ai-healthcare-live-updates/)"
index 0 articles
expect_match ' 2 came, '
expect_equal "$(web_requests pages | cut -f 2,3 | grep -c '/live-updates	200')" 1
expect_equal "$(list_links | cut -d '|' -f 1)" "live
moved"
index 0 --max-age 0s articles
expect_match ' 0 came, 2 unchanged'
expect_equal "$(web_requests | cut -f 2,3)" "$(site modernhealthcare/health-tech/ai/live-updates)	304
$(site modernhealthcare/today)	302"
expect_equal "$(list_links | cut -d '|' -f 1)" "live
moved"
index 0 articles
expect_equal "$(web_requests)" ""
# The permanent redirect leads nowhere any more: it is asked again.
rm "$web_folder"/sites/modernhealthcare.localhost/health-tech/ai/live-updates.html
index 1 --max-age 0s articles
expect_equal "$(web_requests | cut -f 2,3 | sort)" "$(site modernhealthcare/health-tech/ai/live-updates)	404
$(site modernhealthcare/health-tech/ai/mh-tracking-ai-healthcare-live-updates/)	301
$(site modernhealthcare/today)	302"

case_begin "a server that asks for a long pause has it, and keeps no run"
web_start
write_article articles/a.md "$(site weforum/overloaded)" "$(site weforum/stories/2025/08/ai-transforming-global-health/)" "$(site modernhealthcare/today)"
SECONDS=0
index 1 articles
[[ $SECONDS -lt 8 ]] || fail "took $SECONDS s"
expect_error_match '/overloaded: .*503'
expect_error_match '/ai-transforming-global-health/: weforum.localhost:[0-9]* asks to be left alone for 7200 s'
expect_match ' 1 came, 0 unchanged, 2 failed'
expect_equal "$(list_links | cut -d '|' -f 1,2 | tr '\n' ' ')" 'live|- unfetched|- unreachable|503 '
web_requests >/dev/null
index 0 articles
expect_equal "$(web_requests)" ""
index 0 --max-age 0s articles
expect_equal "$(web_requests | cut -f 2 | grep -c weforum)" 0

case_begin "the archive alone gives the same index, without the web"
index_seed
index 0 --max-age 0s articles
web_stop
ask_all test.db >answers
expect_equal "$(jq -s 'map(.total) | add > 15' answers)" true
index 0 --rebuild --offline articles
expect_silence
ask_all test.db | compare_with_expected answers
links=$(list_links)
expect_exit 0 osler-index -i other.db --archive test.db.archive --offline articles
ask_all other.db | compare_with_expected answers
rm test.db
index 0 --offline articles
expect_equal "$(list_links)" "$links"
expect_exit 0 osler-index -i test.db --check

case_begin "a page that says something else now is found by that, and the change is dated"
index_seed
page=$web_folder/sites/nhsconfed.localhost/articles/health-care-sector-latest-developments.html
index 0 --max-age 0s articles
sed -i 's/two thirds in favour of industrial action/a narrow majority against a walkout/' "$page"
sleep 1.1 # the archive's dates are in seconds
index 0 --max-age 0s articles
expect_match '1 came, 4 unchanged, 0 failed'
expect_exit 0 osler-query -i test.db 'narrow majority against a walkout'
expect_exit 1 osler-query -i test.db 'kind:source "two thirds in favour"'
expect_exit 0 osler-index -i test.db --links --json
expect_json '[.links[] | select(.changed)] | length == 1 and (.[0].url | contains("nhsconfed")) and
    .[0].changed == .[0].retrieved and .[0].first_retrieved < .[0].changed'
expect_exit 0 osler-index -i test.db --links
expect_match '^articles/.*nhsconfed.*text changed 20'

case_begin "a page with other clutter but the same text has not changed"
index_seed
page=$web_folder/sites/nhsconfed.localhost/articles/health-care-sector-latest-developments.html
sed -i 's/The pay round in five charts/The pay round in six charts, and who drew them/' "$page"
sleep 1.1
index 0 --max-age 0s articles
expect_match '1 came, 4 unchanged, 0 failed'
expect_exit 0 osler-index -i test.db --links --json
expect_json '[.links[] | select(.changed)] == []'

case_begin "an archive that is gone is named, and no page is lost before --rebuild"
index_seed
mv test.db.archive elsewhere
index 1 --offline articles
expect_error_match 'test.db.archive: 1 file of the archive .* is gone; what it had \(5 pages\) stays'
index 1 --offline articles
expect_exit 0 osler-query -i test.db 'kind:source industrial action'
index 0 --offline --archive elsewhere articles
expect_silence
expect_exit 0 osler-query -i test.db "kind:source industrial action"
expect_exit 0 osler-index -i test.db --check
index 1 --offline articles
index 0 --offline --rebuild articles
expect_exit 1 osler-query -i test.db 'kind:source industrial action'

case_begin "a PDF is read when there is a reader, whenever it was fetched"
web_start
write_article articles/a.md "$(site newsweek/reports/awards-method.pdf)"
expect_exit 1 env PATH=/nowhere "$OSLER_ONLINE" -i test.db --allow-private --host-delay 0s articles
expect_error_match 'pdftotext, .* is not installed .* \(cited in articles/a.md:3\)'
expect_equal "$(list_links | cut -d '|' -f 1,2)" 'live|pdftotext, which reads PDF files, is not installed (it is in the package poppler-utils)'
index 0 articles
expect_silence
expect_equal "$(list_links | cut -d '|' -f 1,2)" 'live|-'
expect_exit 0 osler-query -i test.db 'kind:source maintenance costs'

# ---- the health of links ----

case_begin "--links tells which links are live, moved, blocked, dead or unreachable, and why"
web_start
write_article articles/a.md "$(site weforum/files/method.txt)" "$(site modernhealthcare/health-tech/ai/mh-tracking-ai-healthcare-live-updates/)" \
    "$(site modernhealthcare/today)" "$(site finance-yahoo/forbidden)" "$(site finance-yahoo/unauthorized)" \
    "$(site nhsconfed/members/briefing)" "$(site weforum/missing)" "$(site finance-yahoo/gone)" "$(site weforum/files/figures.zip)" \
    http://closed.localhost:9/ "$(site finance-yahoo/broken)" "$(site weforum/busy)"
index 1 articles
expect_equal "$(list_links)" "blocked|401|http://finance-yahoo.localhost/unauthorized
blocked|403|http://finance-yahoo.localhost/forbidden
blocked|429|http://weforum.localhost/busy
blocked|blocked by robots.txt|http://nhsconfed.localhost/members/briefing
dead|404|http://weforum.localhost/missing
dead|410|http://finance-yahoo.localhost/gone
live|-|http://modernhealthcare.localhost/today
live|-|http://weforum.localhost/files/method.txt
live|not indexed: application/zip|http://weforum.localhost/files/figures.zip
moved|-|http://modernhealthcare.localhost/health-tech/ai/mh-tracking-ai-healthcare-live-updates/
unreachable|500|http://finance-yahoo.localhost/broken
unreachable|no connection|http://closed.localhost/"
# Each failure is named once, with where it is cited.
for path in finance-yahoo/forbidden nhsconfed/members/briefing weforum/missing finance-yahoo/gone weforum/files/figures.zip weforum/busy; do
    expect_equal "$(grep -c "^osler-index: $(site $path): " "$err")" 1
done
expect_error_match '/missing: .*404 .*articles/a.md:15'
expect_no_match 'confidential'
expect_equal "$(web_requests | grep -c members/briefing)" 0
expect_exit 0 osler-index -i test.db --links
expect_match "^articles/a.md:3:29: live $(site weforum/files/method.txt) \(checked 20.*Z, archived 20.*Z\)$"
expect_match "^articles/a.md:5:29: moved .* \(to $(site modernhealthcare/health-tech/ai/live-updates), checked 20"
expect_match "^articles/a.md:9:29: blocked .*/forbidden \(403, checked 20"
expect_equal "$(wc -l <"$out")" 12
expect_exit 0 osler-index -i test.db --links --json
expect_json '.format == 1 and (.links | length == 12) and (.links | map(.citations[]) |
    any(.path == "articles/a.md" and .line == 3 and .column == 29 and .label == "source 1" and
    .claim == "Statement 1 is supported by source 1."))'
expect_json '.links | map(select(.health == "live")) | all(.first_retrieved <= .retrieved and .checked >= .first_retrieved)'

# A file of the archive is none of the input files.
expect_exit 0 osler-index -i test.db --stats
expect_match '^files +1$'

case_begin "a dead link that was archived before is still found and says so"
index_seed
rm "$web_folder"/sites/newsweek.localhost/nw-ai/*
index 1 --max-age 0s articles
expect_equal "$(list_links | grep newsweek | cut -d '|' -f 1,2)" "dead|404"
expect_exit 0 osler-query -i test.db -f json 'kind:source sepsis alarm'
expect_json '.hits[0].document.site == "Weekly Test"'
expect_exit 0 osler-query -i test.db -f json 'cites:newsweek.localhost'
expect_json '[.hits[].citations[] | select(.url | contains("newsweek")) | .health] | unique == ["dead"]'

# ---- what is refused ----

case_begin "private addresses are refused and named without --allow-private"
web_start
web_corpus articles
expect_exit 1 osler-index -i test.db articles
expect_equal "$(grep -c '^osler-index: http://.*private address' "$err")" 5
expect_equal "$(wc -l <"$err")" 5
expect_equal "$(web_requests)" ""
expect_exit 0 osler-query -i test.db ambulance dispatch
expect_exit 1 osler-query -i test.db kind:source
mkdir more
write_article more/a.md "http://127.0.0.1:$web_port/" "http://[::1]:$web_port/" "http://2130706433:$web_port/2" "http://10.0.0.1/" \
    "http://169.254.169.254/latest/meta-data/" "http://0x7f.1:$web_port/3"
expect_exit 1 osler-index -i more.db more
expect_equal "$(grep -c 'private address' "$err")" 6
expect_equal "$(web_requests)" ""

case_begin "without a network the run ends quickly, names each source once and indexes the articles"
cp -r "$OSLER_ROOT/corpus" articles
SECONDS=0
expect_exit 1 env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 osler-index -i test.db articles
[[ $SECONDS -lt 20 ]] || fail "took $SECONDS s"
expect_equal "$(sed -E 's/^osler-index: (https?:[^ ]*): .*/\1/' "$err" | sort)" \
    "$(grep -o 'https*://[^)]*' $seed | sort -u)"
expect_exit 0 osler-query -i test.db ambulance dispatch
# That says nothing of the pages.
expect_equal "$(list_links | cut -d '|' -f 1 | sort -u)" unfetched

case_begin "--offline asks for nothing and is no failure"
web_start
web_corpus articles
index 0 --offline articles
expect_equal "$(web_requests)" ""
expect_equal "$(list_links | cut -d '|' -f 1 | sort -u)" unfetched

case_begin "certificates are verified, and HTTP/2 is spoken over TLS"
web_start
mkdir tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout tls/ca.key -out tls/ca.pem -subj '/CN=Test CA' 2>/dev/null
for name in good.localhost other.localhost; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls/$name.key -out tls/$name.csr -subj "/CN=$name" 2>/dev/null
    openssl x509 -req -in tls/$name.csr -CA tls/ca.pem -CAkey tls/ca.key -CAcreateserial -days 2 -out tls/$name.pem \
        -extfile <(echo "subjectAltName=DNS:$name") 2>/dev/null
done
tls_port=$(web_free_port)
sed -i '$ d' "$web_folder/nginx.conf" # the brace of http
for name in good wrong; do
    certificate=$PWD/tls/${name/wrong/other}.localhost
    echo "server { listen 127.0.0.1:$tls_port ssl http2; server_name $name.localhost; root sites/weforum.localhost;
        ssl_certificate $certificate.pem; ssl_certificate_key $certificate.key; }"
done >>"$web_folder/nginx.conf"
echo '}' >>"$web_folder/nginx.conf"
web_stop
web_serve || fail "nginx does not start with TLS" "$(cat "$web_folder/error.log")"
write_article articles/a.md "https://good.localhost:$tls_port/files/method.txt" "https://wrong.localhost:$tls_port/files/method.txt"
index 1 articles
expect_equal "$(grep -c 'certificate' "$err")" 2
expect_equal "$(list_links | cut -d '|' -f 1,2 | sort -u)" 'unreachable|TLS error'
export SSL_CERT_FILE=$PWD/tls/ca.pem
index 1 --max-age 0s articles
unset SSL_CERT_FILE
expect_error_match "^osler-index: https://wrong.localhost:$tls_port/files/method.txt: .*wrong.localhost"
expect_equal "$(list_links | cut -d '|' -f 1,2)" 'live|-
unreachable|TLS error'
zcat test.db.archive/*.gz >records
expect_equal "$(grep -c '^HTTP/2 200' records)" 1
expect_exit 0 osler-query -i test.db 'kind:source questionnaire'

# ---- one page for many ----

case_begin "two articles that cite one page share it, however they spell its address"
web_start
write_article articles/a.md "$(site weforum/files/method.txt)#top"
write_article articles/b.md "http://WEFORUM.localhost:$web_port/files/../files/method.txt?utm_source=mail"
index 0 articles
expect_equal "$(web_requests pages | grep -c .)" 1
expect_exit 0 osler-query -i test.db -f json 'kind:source questionnaire'
expect_json '.total == 1 and (.hits[0].cited_by | map(.path) | sort == ["articles/a.md", "articles/b.md"])'
rm articles/a.md
index 0 articles
expect_exit 0 osler-query -i test.db -f json 'kind:source questionnaire'
expect_json '.hits[0].cited_by | map(.path) == ["articles/b.md"]'

case_begin "the same text at two addresses is found once and named by both"
web_start
cp "$web_folder/sites/weforum.localhost/files/method.txt" "$web_folder/sites/finance-yahoo.localhost/copy.txt"
write_article articles/a.md "$(site weforum/files/method.txt)"
write_article articles/b.md "$(site finance-yahoo/copy.txt)"
index 0 articles
expect_exit 0 osler-query -i test.db -f json 'kind:source questionnaire'
expect_json '.total == 1 and (.hits[0].cited_by | map(.path) | sort == ["articles/a.md", "articles/b.md"])'
expect_json --arg a "$(site weforum/files/method.txt)" --arg b "$(site finance-yahoo/copy.txt)" \
    '.hits[0].document | [.url] + .also_at | sort == [$b, $a]'
expect_exit 0 osler-index -i test.db --links --json
expect_json '.links | length == 2 and (map(.document) | unique | length == 1)'

# ---- runs that do not end ----

# Starts a run over ten pages of one site, a second apart, and waits until some were asked for.
begin_slow_run() { # number of pages
    local i urls=()
    web_start
    for i in {1..10}; do
        printf 'The report number%d of the series.\n' "$i" >"$web_folder/sites/weforum.localhost/$i.txt"
        urls+=("$(site weforum/$i.txt)")
    done
    write_article articles/a.md "${urls[@]}"
    osler-index -i test.db --allow-private --host-delay 1s articles >"$out" 2>"$err" &
    slow_run=$!
    for ((i = 0; i < 400; i++)); do
        [[ $(grep -c '\.txt	200' <(sed 's/\\t/\t/g' "$web_folder/requests.log" | grep -v robots)) -lt $1 ]] || break
        sleep 0.1
    done
    sleep 0.3
}

case_begin "kill -9 in the middle of fetching loses nothing that was fetched"
begin_slow_run 3
kill -9 $slow_run
wait $slow_run 2>/dev/null
web_requests pages | cut -f 2 >before
[[ $(wc -l <before) -lt 10 ]] || fail "the run had ended already"
index 0 articles
web_requests pages | cut -f 2 >after
expect_equal "$(comm -12 before after)" ""
expect_equal "$(cat before after | sort | uniq | wc -l)" 10
for i in {1..10}; do
    expect_exit 0 osler-query -i test.db "number$i"
done

case_begin "an interrupted run publishes what came, and the next one goes on"
begin_slow_run 3
kill -INT $slow_run
SECONDS=0
wait $slow_run
expect_equal $? 1
[[ $SECONDS -lt 5 ]] || fail "took $SECONDS s to stop"
web_requests pages | cut -f 2 >before
expect_exit 0 osler-query -i test.db -f json 'kind:source series'
expect_json --argjson n "$(wc -l <before)" '.total == $n'
index 0 articles
expect_equal "$(web_requests pages | cut -f 2 | comm -12 before -)" ""
expect_exit 0 osler-query -i test.db -f json 'kind:source series'
expect_json '.total == 10'

# ---- other archives, other readers ----

case_begin "an archive of wget is read whole, compressed or not"
web_start
wget_options=(-q --delete-after --no-config)
expect_exit 0 wget "${wget_options[@]}" --warc-file=crawl "http://127.0.0.1:$web_port/newsweek.localhost/reports/awards-method.pdf" \
    "http://127.0.0.1:$web_port/nhsconfed.localhost/articles/health-care-sector-latest-developments.html"
expect_exit 0 wget "${wget_options[@]}" --warc-file=plain --no-warc-compression --compression=gzip \
    --header="Host: weforum.localhost:$web_port" "http://127.0.0.1:$web_port/stories/2025/08/ai-transforming-global-health/"
web_stop
expect_exit 0 osler-index -i test.db crawl.warc.gz plain.warc
expect_silence
expect_match ' 3 documents, '
for query in 'industrial action' 'ambulance dispatch' 'wards start one after the other'; do
    expect_exit 0 osler-query -i test.db -f json "$query"
    expect_json '.hits[0].document | .kind == "source" and (.retrieved | startswith("20"))'
done
expect_exit 0 osler-index -i test.db --rebuild crawl.warc.gz plain.warc
expect_match ' 3 documents, '

case_begin "the archive of a crawler answers for links that were never asked for"
web_start
expect_exit 0 wget -q --delete-after --no-config --warc-file=crawl "http://127.0.0.1:$web_port/weforum.localhost/files/method.txt"
write_article articles/a.md "http://127.0.0.1:$web_port/weforum.localhost/files/method.txt"
index 0 --offline articles crawl.warc.gz
expect_equal "$(list_links | cut -d '|' -f 1)" archived
expect_exit 0 osler-query -i test.db -f json 'kind:source questionnaire'
expect_json '.hits[0].cited_by | map(.path) == ["articles/a.md"]'

case_begin "warcio reads our archive, checks its digests and finds the pages as they were"
index_seed
index 0 --max-age 0s articles
export PYTHONPATH=$OSLER_BUILD/python
if [[ ! -d $PYTHONPATH/warcio ]]; then
    case_name+=" # SKIP it could not be installed"
else
for file in test.db.archive/*; do
    expect_exit 0 python3 -m warcio.cli check -v "$file"
    expect_match 'digest pass'
    expect_no_match 'fail|incomplete|WARNING|unknown'
done
expect_exit 0 python3 - "$web_folder/sites/" test.db.archive/* <<'END'
import collections, pathlib, sys
from warcio.archiveiterator import ArchiveIterator
types, bodies = collections.Counter(), set()
for name in sys.argv[2:]:
    with open(name, "rb") as file:
        for record in ArchiveIterator(file):
            types[record.rec_type] += 1
            assert record.rec_headers.get_header("WARC-Record-ID").startswith("<urn:uuid:")
            if record.rec_type == "response":
                bodies.add(record.content_stream().read())
pages = {path.read_bytes() for path in pathlib.Path(sys.argv[1]).rglob("*.html")}
print(len(bodies & pages), "pages,", types["request"], "requests,", types["revisit"], "revisits")
END
expect_match '^5 pages, 16 requests, 5 revisits$'
expect_silence
fi
unset PYTHONPATH
