#!/bin/bash
# The query language and the formats, on corpora small enough to know every answer.

. "$OSLER_ROOT/tests/cli/lib.sh"

# Three articles with metadata, one without. Passages are named by file and line below.
write_articles() {
    mkdir -p articles/news
    cat >articles/asthma.md <<'END'
---
title: Asthma in children
author: Ada Okafor
date: 2024-05-17
lang: en
url: https://clinic.example.org/asthma
---

# Asthma in children

Asthma attacks peak in autumn. Inhaled steroids prevent most attacks ([GINA](https://ginasthma.org/report)).

## Side effects

Steroids may cause thrush. Rinsing the mouth helps.

## Costs

A generic inhaler costs ten dollars, says the [WHO](https://www.who.int/news/inhalers).
END
    cat >articles/diabetes.md <<'END'
---
title: Diabetes devices
author: Bo Lindqvist
date: 2025-03-02
url: https://news.example.com/diabetes
---

# Diabetes devices

Insulin pumps talk to glucose sensors. The pump stops before glucose falls too low.

## Side effects

Adhesive patches irritate the skin. Steroids calm the irritation ([study](https://example.net/adhesive)).
END
    cat >articles/asma.md <<'END'
---
title: El asma infantil
lang: es
date: 2025-08
---

El asma infantil se trata con esteroides inhalados.
END
    cat >articles/news/telehealth.md <<'END'
# Telehealth visits

Video visits save travel. Diabetic patients prefer video for insulin advice.
END
}
index_articles() {
    write_articles
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

# ---- options ----

case_begin "pages of an answer make up the whole answer"
for i in $(seq 1 57); do
    echo "{\"_id\": \"$i\", \"title\": \"Note $((i % 5))\", \"text\": \"Zebra$(printf ' herd%.0s' $(seq 1 $((i % 4)))).\"}"
done >notes
index_lines <notes
for unit in passage document; do
    expect_exit 0 osler-query --unit $unit -f json -n 100 'zebra herd'
    jq -c '.hits[] | [.rank, .score, .document.id, .passage.id]' "$out" >whole
    expect_equal "$(wc -l <whole)" 57
    expect_equal "$(jq -s 'map(.[0]) == [range(1; 58)] and (map(.[1]) | . == (sort | reverse))' whole)" true
    for limit in 1 10 56; do
        for ((offset = 0; offset < 57; offset += limit)); do
            osler-query --unit $unit -f json -n $limit --offset $offset 'zebra herd' |
                jq -c '.hits[] | [.rank, .score, .document.id, .passage.id]'
            [[ $limit -gt 1 || $offset -lt 12 ]] || break
        done | head -n 57 >pages
        head -n "$(wc -l <pages)" whole | compare_with_expected pages
    done
done
expect_exit 0 osler-query -f json 'zebra herd'
expect_json '.total == 57 and (.hits | length) == 10'
expect_exit 1 osler-query -f json --offset 57 'zebra herd'
expect_json '.total == 57 and .hits == []'
expect_exit 1 osler-query -f json -n 0 'zebra herd'
expect_json '.total == 57 and .hits == []'
expect_exit 1 osler-query --offset 9223372036854775807 -n 100000 zebra

case_begin "a document is as good as its best passage"
index_articles
expect_exit 0 osler-query --unit document -f json steroids
expect_json '.total == 2 and ([.hits[].document.path] | sort) == ["articles/asthma.md", "articles/diabetes.md"]'
expect_exit 0 osler-query -f json steroids
jq -r '.hits[0].passage.id' "$out" >best
expect_exit 0 osler-query --unit document -f json steroids
jq -r '.hits[0].passage.id' "$out" | compare_with_expected best

case_begin "--count"
index_articles
for query in steroids '"side effects"' 'author:ada' 'NOT steroids'; do
    expect_exit 0 osler-query -f json "$query"
    jq .total "$out" >total
    expect_exit 0 osler-query --count -- "$query"
    expect_output <total
    expect_silence
done
expect_exit 0 osler-query -c --unit document steroids
expect_output <<<2
expect_exit 1 osler-query -c zebra
expect_output <<<0

case_begin "--batch answers each line in order"
index_articles
printf 'steroids\nq 2\tskin -thrush\n\n\tno id\nzebra\r\nlast\tvideo' >queries
expect_exit 0 osler-query --batch queries -f jsonl
expect_json -s '[.[] | [.id, .query, .total]] ==
    [["1", "steroids", 3], ["q 2", "skin -thrush", 1], ["", "no id", 0], ["5", "zebra", 0], ["last", "video", 1]]'
expect_equal "$(wc -l <"$out")" 5
cp "$out" from_file
expect_exit 0 osler-query --batch - -f jsonl <queries
sed -E -i 's/"took_ms":[0-9.e-]+//' "$out" from_file
expect_output <from_file
expect_exit 0 osler-query --batch queries -c
expect_output <<<$'1\t3\nq 2\t1\n\t0\n5\t0\nlast\t1'
expect_exit 0 osler-query --batch queries -f trec
expect_match '^q_2 Q0 articles/diabetes.md 1 [0-9.]+ osler$'
expect_exit 1 osler-query --batch - -f jsonl <<<zebra
expect_exit 1 osler-query --batch - </dev/null
expect_output </dev/null

case_begin "formats for programs"
index_articles
expect_exit 0 osler-query -f jsonl steroids
expect_equal "$(wc -l <"$out")" 1
jq -S 'del(.took_ms)' "$out" >object
expect_exit 0 osler-query -f json steroids
jq -S 'del(.took_ms)' "$out" | compare_with_expected object
expect_json '.hits[0] | (keys | sort) == (["citations", "cited_by", "document", "link", "passage", "rank", "score"] | sort)'
expect_exit 0 osler-query -f tsv steroids
expect_equal "$(awk -F '\t' '{ print NF }' "$out" | sort -u)" 7
expect_match "^1	[0-9.]+	articles/asthma.md	articles/asthma.md	15	Side effects	Steroids may cause thrush"
expect_exit 0 osler-query -f trec steroids
expect_equal "$(awk '{ print $1, $2, $3, $4, $6 }' "$out")" \
    $'1 Q0 articles/asthma.md 1 osler\n1 Q0 articles/diabetes.md 2 osler'
expect_exit 0 osler-query -f csl-json steroids
expect_json 'length == 2 and .[0].author == [{literal: "Ada Okafor"}] and
    .[0].issued["date-parts"] == [[2024, 5, 17]] and .[0].URL == "https://clinic.example.org/asthma"'
expect_exit 0 osler-query -f bibtex steroids
expect_equal "$(grep -c '^@' "$out")" 2
expect_match '  author = \{.*Okafor.*\}'
expect_exit 0 osler-query -f markdown steroids
expect_match '^> Steroids may cause thrush'
for format in json jsonl csl-json; do
    expect_exit 1 osler-query -f $format zebra
    jq . "$out" >parsed || fail "no JSON: $format"
done
for format in text tsv trec markdown bibtex; do
    expect_exit 1 osler-query -f $format zebra
    expect_output </dev/null
done

case_begin "citations tell claim and label"
index_articles
expect_exit 0 osler-query -f json generic inhaler
expect_json '.hits[0].citations == [{label: "WHO", url: "https://www.who.int/news/inhalers",
    claim: "A generic inhaler costs ten dollars, says the WHO.", document: null, health: "unfetched"}]'
expect_json '.hits[0].link | startswith("https://clinic.example.org/asthma#:~:text=A%20generic%20inhaler")'

case_begin "--explain adds up to the score"
index_articles
for query in steroids 'asthma steroids +inhaled "side effects"' 'insulin NEAR pumps diabet* title:devices'; do
    expect_exit 0 osler-query --explain -f json -n 20 -- "$query"
    expect_json '.hits | length > 0 and all(. as $hit |
        [.explanation | split("\n")[] | select(. != "") | capture("^ *(?<n>[0-9.]+) +(?<what>.*)")] |
        (map(select(.what | startswith("sum") | not) | .n | tonumber) | add) as $sum |
        (last.what | startswith("sum")) and (last.n | tonumber) - $sum < 0.001 and $sum - (last.n | tonumber) < 0.001
        and $hit.score - $sum < 0.001 and $sum - $hit.score < 0.001)'
done
expect_exit 0 osler-query --explain steroids
expect_match 'steroid: idf '

case_begin "colours and hyperlinks are for those who want them"
index_articles
escape=$(printf '\e')
expect_exit 0 osler-query steroids
expect_no_match "$escape"
expect_exit 0 osler-query --color always steroids
expect_match "$escape\[1;31mSteroids$escape\[0m"
expect_match "$escape\]8;;https://example.net/adhesive$escape"
expect_match "$escape\]8;;file://[^/]*$PWD/articles/asthma.md$escape"
expect_exit 0 env NO_COLOR=1 osler-query --color always steroids
expect_match "$escape"
expect_exit 0 osler-query --color never steroids
expect_no_match "$escape"

case_begin "--width is kept by all but paths and addresses"
index_articles
for width in 20 40 80 200; do
    expect_exit 0 osler-query --width $width steroids asthma insulin
    # Characters of three bytes are one column wide; the text beside the indentation is 20 at least.
    long=$(grep -vE '://|articles/' "$out" | sed 's/[\xe2]../x/g' |
        awk -v width=$width 'length($0) > width && length($0) > 23')
    expect_equal "$long" ''
done

case_begin "no control character of a document or a query reaches the terminal"
mkdir articles
printf '# Title \x1b[31m\n\nZebra \x1b]0;owned\x07 text\x0b \xc2\x9b31m \xe2\x80\xae end ([a\x1b[1m](https://example.org/\x1b[2m)).\n' \
    >articles/$'\e[32m.md'
echo '{"_id": "\u001b[33m", "title": "\u009b1m", "text": "Zebra \u0007 \u202e x.", "url": "https://example.org/\u001b[0m"}' \
    >articles/lines.jsonl
osler-index -i test.db articles >/dev/null 2>&1
export OSLER_INDEX=$PWD/test.db
for format in text json jsonl tsv markdown csl-json bibtex trec; do
    expect_exit 0 osler-query -f $format -n 5 zebra $'\e[35m' $'nope:\e[36m' $'before:\e[36m'
    ! grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' "$out" "$err" ||
        fail "control characters in $format" "$(cat -v "$out" "$err")"
done
expect_exit 0 osler-query --color always zebra
! grep -qP '\x1b\]0|\x07|\x0b|\xc2[\x80-\x9f]|\x1b\[[0-9;]*m\.md|\xe2\x80\xae' "$out" || fail 'control characters in colour' "$(cat -v "$out")"

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

# ---- the surroundings ----

case_begin "the index is that of -i, else OSLER_INDEX, else osler.db"
unset OSLER_INDEX
mkdir one two three
echo 'Apple.' >one/a.md
echo 'Berry.' >two/b.md
echo 'Cherry.' >three/c.md
expect_exit 0 osler-index -q -i osler.db one
expect_exit 0 env OSLER_INDEX=second.db osler-index -q two
expect_exit 0 env OSLER_INDEX=second.db osler-index -q --index=third.db three
expect_exit 0 osler-query apple
expect_exit 0 env OSLER_INDEX=second.db osler-query berry
expect_exit 0 env OSLER_INDEX=second.db osler-query -i third.db cherry
expect_exit 1 env OSLER_INDEX=second.db osler-query apple
expect_exit 0 env OSLER_INDEX= osler-query apple

case_begin "the pager is for terminals"
index_articles
expect_exit 0 env PAGER=false osler-query steroids
expect_match 'articles/asthma.md:15'
if command -v script >/dev/null; then
    expect_exit 0 env PAGER='tr a-z A-Z' script -qec 'osler-query steroids' /dev/null
    expect_match 'STEROIDS'
    expect_exit 0 env PAGER='tr a-z A-Z' script -qec 'osler-query --no-pager steroids' /dev/null
    expect_match 'thrush'
    expect_exit 1 env PAGER='tr a-z A-Z' script -qec 'osler-query zebra' /dev/null
fi

case_begin "a reader that leaves early is no error to talk about"
index_articles
for i in $(seq 1 50); do cat queries 2>/dev/null || echo steroids; done >many
osler-query --batch many -f json 2>"$err" | head -n 1 >"$out"
expect_silence
