#!/bin/bash
# The query language, on corpora small enough to know every answer.

. "$OSLER_ROOT/tests/cli/lib.sh"

# Three articles with metadata, one without. Passages are named by file and line below.
index_articles() {
    cp -r "$OSLER_ROOT/tests/cli/articles" .
    expect_exit 0 osler-index -q -i test.db articles
    export OSLER_INDEX=$PWD/test.db
}

# Documents of one short passage each, from stdin, told apart by their ids, which are no words of
# theirs if there is a title.
index_lines() {
    sed '/"title"/!s/^{/{"title": "Note", /' >lines.jsonl
    expect_exit 0 osler-index -q -i test.db lines.jsonl
    export OSLER_INDEX=$PWD/test.db
}

# The passages that match, as a set: the order is another matter.
expect_passages() { # query [FILE:LINE...]
    local query=$1 code=0
    shift
    [[ $# -gt 0 ]] || code=1
    expect_exit $code osler-query -n 100 -f json -- "$query"
    expect_equal "$(jq -r '.hits[] | (.document.path | ltrimstr("articles/") | rtrimstr(".md")) +
        ":\(.passage.lines[0])"' "$out" | sort | xargs)" "$(printf '%s\n' "$@" | sort | xargs)"
    expect_json '.total == (.hits | length)'
}
expect_ids() { # query [ID...]
    local query=$1 code=0
    shift
    [[ $# -gt 0 ]] || code=1
    expect_exit $code osler-query -n 100 -f json -- "$query"
    expect_equal "$(jq -r '.hits[].document.id' "$out" | sort | xargs)" "$(printf '%s\n' "$@" | sort | xargs)"
}

# ---- words ----

case_begin "any of the words may match, in any form"
index_articles
expect_passages 'asthma' asthma:11 asthma:15 asthma:19
expect_passages 'STEROID' asthma:11 asthma:15 diabetes:14
expect_passages 'irritating travels' diabetes:14 news/telehealth:3
expect_passages 'nothing of the sort'
expect_passages 'esteroide' asma:7
expect_passages 'Where is the skin?' diabetes:14

case_begin "a phrase is exact, unstemmed and in order"
index_articles
expect_passages '"asthma attacks"' asthma:11
expect_passages '"asthma attack"'
expect_passages '"attacks asthma"'
expect_passages '"Attacks PEAK in autumn."' asthma:11
expect_passages '"side effects"' asthma:15 diabetes:14
expect_passages '“side effects”' asthma:15 diabetes:14
expect_passages '"inhaled steroid"'
expect_passages '"steroids"' asthma:11 asthma:15 diabetes:14
expect_passages '"steroid"'
expect_passages '"the skin"' diabetes:14
expect_passages '"a skin"'
expect_passages '+"asthma attacks" thrush' asthma:11

case_begin "must, must not, AND, OR, NOT and parentheses"
index_articles
expect_passages '+steroids +skin' diabetes:14
expect_passages '+steroids skin' asthma:11 asthma:15 diabetes:14
expect_passages 'steroids -skin' asthma:11 asthma:15
expect_passages '-skin steroids' asthma:11 asthma:15
expect_passages 'steroids -"side effects"' asthma:11
expect_passages 'steroids AND skin' diabetes:14
expect_passages 'steroids AND skin AND thrush'
expect_passages 'steroids NOT skin' asthma:11 asthma:15
expect_passages 'steroids AND NOT skin' asthma:11 asthma:15
expect_passages 'skin OR thrush' asthma:15 diabetes:14
expect_passages '(skin OR thrush) AND patches' diabetes:14
expect_passages 'steroids AND (skin OR thrush)' asthma:15 diabetes:14
expect_passages 'steroids AND NOT (skin OR thrush)' asthma:11
expect_passages '-(skin OR thrush) steroids' asthma:11
expect_passages 'NOT steroids' asma:7 asthma:19 diabetes:10 news/telehealth:3
expect_passages '-steroids' asma:7 asthma:19 diabetes:10 news/telehealth:3
expect_passages 'skin and thrush' asthma:15 diabetes:14

case_begin "NEAR and prefixes"
index_articles
expect_passages 'insulin NEAR sensors' diabetes:10
expect_passages 'insulin NEAR/5 sensors' diabetes:10
expect_passages 'sensors NEAR/5 insulin' diabetes:10
expect_passages 'insulin NEAR/1 sensors'
expect_passages '"insulin pumps" NEAR/5 sensors' diabetes:10
expect_passages 'insul* NEAR/5 sens*' diabetes:10
expect_passages 'diabet*' diabetes:10 diabetes:14 news/telehealth:3
expect_passages 'inhal*' asma:7 asthma:11 asthma:19
expect_passages '+inhal* -steroids' asma:7 asthma:19
expect_passages 'therap*'
expect_passages 'attacks*' asthma:11

case_begin "fields"
index_articles
expect_passages 'title:asthma' asthma:11 asthma:15 asthma:19
expect_passages 'title:"diabetes devices"' diabetes:10 diabetes:14
expect_passages 'title:steroids'
expect_passages 'title:diab*' diabetes:10 diabetes:14
expect_passages 'TITLE:(asthma OR telehealth)' asthma:11 asthma:15 asthma:19 news/telehealth:3
expect_passages 'heading:effects' asthma:15 diabetes:14
expect_passages 'heading:"side effects" -title:asthma' diabetes:14
expect_passages '+heading:costs +inhaler' asthma:19

case_begin "filters"
index_articles
expect_passages 'author:ada' asthma:11 asthma:15 asthma:19
expect_passages 'author:"bo lindqvist" steroids' diabetes:14
expect_passages 'author:ada OR author:bo' asthma:11 asthma:15 asthma:19 diabetes:10 diabetes:14
expect_passages '-author:ada steroids' diabetes:14
expect_passages 'site:example.org steroids' asthma:11 asthma:15
expect_passages 'site:clinic.example.org +thrush' asthma:15
expect_passages 'site:ample.org steroids'
expect_passages '(site:example.org OR site:example.com) +steroids -thrush' asthma:11 diabetes:14
expect_passages 'lang:es' asma:7
expect_passages 'lang:en video' news/telehealth:3
expect_passages '-lang:es inhal*' asthma:11 asthma:19
expect_passages 'kind:article video' news/telehealth:3
expect_passages 'kind:source'
expect_passages 'before:2025' asthma:11 asthma:15 asthma:19
expect_passages 'before:2025-01 steroids' asthma:11 asthma:15
expect_passages 'before:2024-05-17 steroids'
expect_passages 'before:2024-05-18 thrush' asthma:15
expect_passages 'after:2024-12' asma:7 diabetes:10 diabetes:14
expect_passages 'after:2024-12-31 before:2025-07 steroids' diabetes:14
expect_passages 'cites:who.int' asthma:19
expect_passages 'cites:www.who.int inhaler' asthma:19
expect_passages 'cites:https://www.who.int/news/inhalers' asthma:19
expect_passages 'cites:http://who.int/news/inhalers/' asthma:19
expect_passages 'cites:who.int/news'
expect_passages 'cites:ginasthma.org OR cites:example.net' asthma:11 diabetes:14
expect_passages 'cited-by:articles/asthma.md'

case_begin "a filter leaves the best hits in, whatever ranks before them"
for i in $(seq 1 300); do
    echo "{\"_id\": \"loud$i\", \"title\": \"Zebra zebra\", \"text\": \"Zebra zebra zebra.\", \"lang\": \"de\"}"
done >loud
echo '{"_id": "quiet", "title": "Zoo", "text": "On a long day in the zoo there was a zebra, too.", "author": "Kim"}' |
    cat loud - >all
index_lines <all
expect_ids 'zebra author:kim' quiet
expect_ids 'zebra -lang:de' quiet
expect_exit 0 osler-query -f json -n 1 zebra lang:en
expect_json '.total == 1 and .hits[0].document.id == "quiet"'

# ---- spellings ----

case_begin "punctuation and spelling lose no hits"
index_lines <<'END'
{"_id": "covid-", "text": "COVID-19 vaccines were shipped."}
{"_id": "covid", "text": "The COVID19 wave ended."}
{"_id": "il6", "text": "Blocking IL-6 lowers fever."}
{"_id": "x-ray", "text": "An X-ray of the chest was taken."}
{"_id": "xray", "text": "Every xray was read twice."}
{"_id": "ehealth", "text": "Estonia leads in e-health services."}
{"_id": "5mg", "text": "Take 5mg before breakfast."}
{"_id": "5 mg", "text": "Take 5 mg before supper."}
{"_id": "hipaa", "text": "HIPAA's rules protect records."}
{"_id": "naive", "text": "Treatment-naïve patients joined."}
{"_id": "β", "text": "A β-blocker slows the heart."}
{"_id": "beta", "text": "Ask about beta-blocker use."}
END
while IFS='|' read -r ids queries; do
    IFS='~' read -ra queries <<<"$queries"
    for query in "${queries[@]}"; do
        # shellcheck disable=SC2086 # words
        expect_ids "$query" $ids
    done
done <<'END'
covid- covid|COVID-19~COVID19~covid 19~covid-19~+COVID-19~+covid19~"COVID-19"~"covid19"~"Covid 19"~covid*
il6|IL-6~IL6~il-6~il 6~+IL-6~+il6~"IL-6"~"il6"~"IL 6"~il6*
x-ray xray|X-ray~xray~XRAY~x-rays~+xray~+X-ray~"xray"
x-ray|"x-ray"~"X ray"
ehealth|e-health~ehealth~e health~+ehealth~+e-health~"e-health"~"ehealth"~"E Health"
hipaa|HIPAA's~HIPAA~hipaa~+hipaa~"HIPAA's rules"~"hipaa rules"~HIPAA’s
naive|naïve~naive~NAÏVE~+naive~"naïve"~treatment-naive~+treatment-naïve~"treatment naive patients"
β beta|β-blocker~beta-blocker~betablocker~beta blocker~+β-blocker~+beta-blocker~"β-blocker"~"beta-blocker"~"beta blocker"
END
# A document's id holds a space here.
for query in 5mg '5 mg' '+5mg' '"5mg"' '"5 mg"'; do
    expect_exit 0 osler-query -f json "$query"
    expect_json '[.hits[].document.id] | sort == ["5 mg", "5mg"]'
done

case_begin "acronyms are not the words they look like"
index_lines <<'END'
{"_id": "aids", "text": "AIDS spread in the eighties."}
{"_id": "aid", "text": "First aid saves lives; hearing aids help."}
{"_id": "who", "text": "The WHO warned of measles."}
{"_id": "us", "text": "The U.S. is large and US hospitals are private."}
{"_id": "it", "text": "Hospital IT failed on Monday."}
{"_id": "gps", "text": "Some GPs refuse."}
{"_id": "plain", "text": "He who helps us is with it."}
END
expect_ids AIDS aids
expect_ids +AIDS aids
expect_ids '"AIDS"' aids
expect_ids aid aid
expect_ids aids aid aids
expect_ids WHO who
expect_ids '+WHO measles' who
expect_ids US us
expect_ids U.S. us
expect_ids '+IT' it
expect_ids GP gps
expect_ids GPs gps

# ---- whatever may be typed ----

case_begin "nothing that can be typed is an error"
index_articles
n_strings=0
while IFS= read -r query; do
    n_strings=$((n_strings + 1))
    for format in text json; do
        code=0
        osler-query -f $format -- "$query" >"$out" 2>"$err" || code=$?
        [[ $code -le 1 ]] || fail "exit code $code of: $query" "$(cat "$err")"
        ! grep -qiE 'fts5|syntax|sqlite|error|near "' "$err" || fail "stderr of: $query" "$(cat "$err")"
    done
    jq . "$out" >parsed 2>&1 || fail "no JSON: $query" "$(head -n 3 "$out")"
    [[ $(jq -r .query "$out") == "$query" || $query == *[$'\x80-\xff']* ]] || fail "not as typed: $query"
done <<'END'

 
"
""
"""
" "
'
''
steroids'
it's
"steroids
steroids"
(
)
()
((((
))))
)(
(steroids
steroids)
(steroids AND
AND
OR
NOT
NEAR
NEAR/
NEAR/5
NEAR(a b, 5)
AND AND AND
NOT NOT steroids
steroids AND
OR steroids
steroids OR OR skin
steroids AND OR NOT skin
steroids NOT
a NEAR/0 b
a NEAR/99999999999999999999 b
a NEAR/-1 b
steroids NEAR
*
**
*steroids
st*ids
steroids**
"steroids*"
"*"
+
++
+-steroids
-
--
---
+"
-"
+()
-()
^steroids
^
{title} : steroids
{title}:
title:
title:"
title:()
title:title:steroids
title:*
-title:
body:steroids
passages_fts:steroids
rank:5
heading:-steroids
author:
author:""
site:http://
before:
before:yesterday
before:9999-99-99
before:2025-13
after:-5
kind:
kind:elephant
lang:"
cites:
cites:://
cites:%
cited-by:'
cited-by:%00
foo:bar
:steroids
::
http://example.org/?a=b&c=d#e
https://www.who.int/news/inhalers
c++ c# .net
50% of patients, and <5 mg/dl; p<0.05!
a,b;c/d\e|f~g`h@i#j$k%l^m&n=o
\
\"
\0
%s%n%d
${IFS} $(id) `id`
'; DROP TABLE passages; --
" OR 1=1
steroids; DELETE FROM documents
🙂
🙂 steroids
日本語 中文
שלום مرحبا
ﬀ ﬁ ß ẞ İ
à é combining
“steroids”
„steroids“ «skin»
—
… – ·
END
[[ $n_strings -ge 100 ]] || fail "only $n_strings strings"
for query in $'\xff\xfe' $'steroids\xc3' $'\x01\x02' $'a\tb' $'a\nb' $'steroids\r\n' $'\xed\xa0\x80' $'\xf4\x90\x80\x80' $'"\xff"' $'title:\xff*'; do
    for format in text json trec; do
        code=0
        osler-query -f $format -- "$query" >"$out" 2>"$err" || code=$?
        [[ $code -le 1 ]] || fail "exit code $code of bytes" "$(cat -v "$err")"
        iconv -f UTF-8 -t UTF-8 <"$out" >parsed || fail "not UTF-8: $format"
    done
done
expect_exit 0 osler-query steroids 'AND' thrush
expect_exit 0 osler-query -- -skin steroids
expect_exit 2 osler-query -skin steroids
expect_error_match 'unknown option "-s" \(a query that begins with - goes after --\)'

case_begin "a slip in an option is answered with what it may have been"
expect_exit 2 osler-query --formt=json steroids
expect_error_match 'unknown option "--formt": did you mean --format\?'
expect_exit 2 osler-query --xyzzy steroids
expect_error_match 'unknown option "--xyzzy" \(a query'
expect_exit 2 osler-query -f xml steroids
expect_error_match '--format takes one of text, json, .*, trec, not "xml"'

case_begin "what is not meant as an operator is searched as words, and said so"
index_articles
expect_exit 0 osler-query -c 'steroids AND'
expect_output <<<3
expect_error_match '^osler-query: "AND" needs something on each side; searched as a word$'
expect_exit 0 osler-query -c 'study:skin'
expect_error_match '^osler-query: "study:" is no field; searched as a word$'
expect_exit 0 osler-query -c '(skin'
expect_error_match 'without its'
expect_exit 0 osler-query -c 'before:skin'
expect_error_match 'is no date'
expect_exit 0 osler-query -c 'steroids AND skin'
expect_silence

case_begin "long queries are answered"
index_articles
long=$(printf 'steroids%.0s ' $(seq 1 5000))
expect_exit 0 osler-query -f json "$long"
expect_json '.total == 3'
expect_exit 0 osler-query -c "steroids $(seq -f 'w%.0f' 1 3000 | tr '\n' ' ') +skin" # is cut off
expect_output <<<3
expect_error_match 'the query is long: only its first [0-9]+ words, phrases and filters count'
expect_exit 1 osler-query -c "$(printf '(%.0s' $(seq 1 3000)) +zebra"
expect_exit 0 osler-query -c "$(printf '(%.0s' $(seq 1 3000))steroids$(printf ')%.0s' $(seq 1 3000))"
expect_exit 0 osler-query -c -- "$(printf -- '-(%.0s' $(seq 1 50))steroids"
expect_exit 0 osler-query -c "skin $(head -c 100000 /dev/zero | tr '\0' x)"
expect_exit 1 osler-query -c "\"$(printf 'steroids %.0s' $(seq 1 3000))\""
expect_exit 1 osler-query -c "$(printf 'NEAR/5 a%.0s ' $(seq 1 1000))"
expect_exit 0 osler-query -c "$(printf 's* OR %.0s' $(seq 1 200)) steroids"
{ head -c 3000000 /dev/zero | tr '\0' y && echo ' steroids'; } >query
expect_exit 0 osler-query -c --batch query
