#!/bin/bash
# The options of osler-query and the formats of its answers.

. "$OSLER_ROOT/tests/cli/lib.sh"

index_articles() {
    cp -r "$OSLER_ROOT/tests/cli/articles" .
    expect_exit 0 osler-index -q -i test.db articles
    export OSLER_INDEX=$PWD/test.db
}

case_begin "pages of an answer make up the whole answer"
for i in $(seq 1 57); do
    echo "{\"_id\": \"$i\", \"title\": \"Note $((i % 5))\", \"text\": \"Zebra$(printf ' herd%.0s' $(seq 1 $((i % 4)))).\"}"
done >notes.jsonl
expect_exit 0 osler-index -q -i test.db notes.jsonl
export OSLER_INDEX=$PWD/test.db
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
expect_exit 0 osler-query --batch - <<<$'steroids\nq 2\t(skin\nq 3\tvidep'
expect_error <<<'osler-query: q 2: a "(" without its ")": it reaches to the end
osler-query: q 3: did you mean: video'
expect_exit 1 osler-query --batch - </dev/null
expect_output </dev/null

case_begin "an answer of a batch is there before the next query is asked"
index_articles
coproc osler-query --batch - -f jsonl
for query in asthma statins; do
    echo $query >&"${COPROC[1]}"
    read -r -t 10 line <&"${COPROC[0]}" || fail "no answer"
    expect_equal "$(jq -r .query <<<"$line")" $query
done
eval "exec ${COPROC[1]}>&-"
wait

case_begin "a better spelling is on the standard error unless the answer has a field for it"
index_articles
for format in text tsv markdown csl-json bibtex; do
    expect_exit 1 osler-query -f $format videp
    expect_error_match '^osler-query: did you mean: video'
done
for format in json jsonl; do
    expect_exit 1 osler-query -f $format videp
    expect_json '.suggestion == "video"'
    ! grep 'did you mean' "$err" || fail "said twice: $format"
done

case_begin "a limit of nothing does not say that nothing matches"
index_articles
for format in text tsv json; do
    expect_exit 1 osler-query -n 0 -f $format steroids
    expect_error_match '^osler-query: no hits in that range$'
done

case_begin "each author is named by itself in a bibliography"
mkdir articles
printf -- '---\ntitle: Zebras\nauthor: [Ana Müller, "Ek, Bo"]\n---\nZebras have stripes.\n' >articles/zebras.md
expect_exit 0 osler-index -q --offline -i test.db articles
expect_exit 0 osler-query -i test.db -f csl-json zebras
expect_json '.[0].author == [{literal: "Ana Müller"}, {literal: "Ek, Bo"}]'
expect_exit 0 osler-query -i test.db -f bibtex zebras
expect_match '  author = \{\{Ana Müller\} and \{Ek, Bo\}\}'

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
  for unit in passage document; do
    expect_exit 0 osler-query --explain -f json -n 20 --unit "$unit" -- "$query"
    expect_json '.hits | length > 0 and all(. as $hit |
        [.explanation | split("\n")[] | select(. != "") | capture("^ *(?<n>[0-9.]+) +(?<what>.*)")] |
        (map(select(.what | startswith("sum") | not) | .n | tonumber) | add) as $sum |
        (last.what | startswith("sum")) and (last.n | tonumber) - $sum < 0.001 and $sum - (last.n | tonumber) < 0.001
        and $hit.score - $sum < 0.001 and $sum - $hit.score < 0.001)'
  done
done
expect_exit 0 osler-query --explain steroids
expect_match 'steroid: weight '

case_begin "a letter of a name that is also a function word does not score"
echo 'A variant of TFAP2A is a cause.' >gene.txt
expect_exit 0 osler-index -q -i test.db gene.txt
expect_exit 0 osler-query -i test.db --explain TFAP2A
expect_match ' tfap2a: weight '
expect_no_match ' a: weight '

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
