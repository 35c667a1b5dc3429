#!/bin/bash
# What the sample article must answer: the right passage first, with the sources it cites.

. "$OSLER_ROOT/tests/cli/lib.sh"
name=transformative-role-of-ai-in-healthcare.md

index_the_corpus() {
    cp -r "$OSLER_ROOT/corpus" .
    expect_exit 0 osler-index -i test.db corpus
}

# The first hit must stand under this heading, on this line, and cite these, in this order.
expect_first() { # heading line url...
    local heading=$1 line=$2
    shift 2
    expect_json --arg heading "$heading" --argjson line "$line" '.hits[0].passage |
        (.heading | last) == $heading and .lines[0] == $line'
    expect_equal "$(jq -r '.hits[0].citations[].url' "$out")" "$(printf '%s\n' "$@")"
}

case_begin "a question finds its passage and the sources that this cites"
index_the_corpus
expect_silence
innovations=("AI Innovations in Healthcare" 7
    http://www.modernhealthcare.com/health-tech/ai/mh-tracking-ai-healthcare-live-updates/
    https://www.weforum.org/stories/2025/08/ai-transforming-global-health/)
expect_exit 0 osler-query -i test.db -f json genomic research Mount Sinai
expect_first "${innovations[@]}"
expect_exit 0 osler-query -i test.db -f json "ambulance dispatch"
expect_first "${innovations[@]}"
expect_exit 0 osler-query -i test.db -f json "GP strike online booking"
expect_first "Resistance and Challenges" 19 \
    https://www.nhsconfed.org/articles/health-care-sector-latest-developments
expect_exit 0 osler-query -i test.db -f json "Hims & Hers"
expect_first "Personalized Healthcare Solutions" 13 \
    https://finance.yahoo.com/news/hims-hers-leads-charge-ai-171300373.html \
    https://www.newsweek.com/nw-ai/ai-impact-awards-2025-health-care-2086965

case_begin "what people may type instead finds the same passage"
index_the_corpus
while IFS='|' read -r heading query; do
    expect_exit 0 osler-query -i test.db -f json "$query"
    expect_json --arg heading "$heading" '(.hits[0].passage.heading | last) == $heading'
done <<'END'
AI Innovations in Healthcare|NVIDIA
AI Innovations in Healthcare|What are Mount Sinai and Nvidia working on?
AI Innovations in Healthcare|broken bone diagnosis
AI Innovations in Healthcare|"precision medicine"
Personalized Healthcare Solutions|hims
Personalized Healthcare Solutions|Hims and Hers
Personalized Healthcare Solutions|who won the AI impact award?
Personalized Healthcare Solutions|cites:newsweek.com
Resistance and Challenges|GPs
Resistance and Challenges|why do general practitioners want to strike
Resistance and Challenges|NHS
Resistance and Challenges|+regulatory +policymakers
Conclusion|human touch
END

case_begin "the answer for people is as expected"
index_the_corpus
expect_exit 0 osler-query -i test.db -n 2 genomic research Mount Sinai
expect_output genomic-research.txt
expect_silence

case_begin "every link of the article is a citation with its sentence and place"
cp -r "$OSLER_ROOT/corpus" .
expect_exit 0 osler-index --extract --json corpus/$name
jq -r '.links[] | "\(.line):\(.column) \(.label) <\(.url)>\n  \(.claim)"' "$out" >links
compare_with_expected links links.txt
expect_json '[.headings[].level] == [1, 2, 2, 2, 2, 3]'
# The same, by other means: all links of the article but those of the closing list.
sed '/^### Sources/,$d' corpus/$name | grep -noP '\[[^]]*\]\(\Khttp[^)]*' >urls
jq -r '.links[] | "\(.line):\(.url)"' "$out" | compare_with_expected urls
expect_exit 0 jq -r '.links[] | [.line, .column, "[" + .label + "](" + .url + ")"] | @tsv' "$out"
while IFS=$'\t' read -r line column link; do
    expect_equal "$(sed -n "${line}p" corpus/$name | cut -c "$column-$((column + ${#link} - 1))")" "$link"
done <"$out"

case_begin "the list of sources is not text to search"
index_the_corpus
expect_exit 0 osler-index -i test.db --stats --json
expect_json '[.documents, .passages, .citations, .sources] == [1, 5, 5, 5]'
expect_exit 1 osler-query -i test.db heading:sources
expect_exit 1 osler-query -i test.db +latest-developments

case_begin "byte spans and lines cut the passages out of the file"
index_the_corpus
expect_exit 0 osler-query -i test.db -f json healthcare
expect_json '.total == 5'
jq -r '.hits[].passage | [.bytes[], .lines[]] | @tsv' "$out" >spans
for i in 0 1 2 3 4; do
    read -r start end first last < <(sed -n "$((i + 1))p" spans)
    # Without the markup of links, the file's bytes are the passage's text.
    head -c "$end" corpus/$name | tail -c +"$((start + 1))" | sed -E 's/\[([^]]*)\]\([^)]*\)/\1/g' >part
    jq -j ".hits[$i].passage.text" "$out" | compare_with_expected part
    # The lines hold nothing else.
    head -c "$start" corpus/$name | tail -c 1 | tr '\n' N >before
    expect_equal "$(cat before) $(head -c "$start" corpus/$name | wc -l)" "N $((first - 1))"
    expect_equal "$(head -c "$end" corpus/$name | wc -l)" "$((last - 1))"
done
expect_equal "$(jq -r '.hits[0].document.sha256' "$out")" "$(sha256sum corpus/$name | cut -c 1-64)"

case_begin "highlights are what was asked for"
index_the_corpus
expect_exit 0 osler-query -i test.db -f json -n 1 genomic research Mount Sinai
expect_json '.hits[0].passage | [.text as $text | .highlights[] | $text[.[0]:.[1]]] |
    unique == ["Mount", "Sinai", "genomic", "research"]'

case_begin "the other formats tell of the same passage"
index_the_corpus
url=https://www.nhsconfed.org/articles/health-care-sector-latest-developments
expect_exit 0 osler-query -i test.db -n 1 -f markdown GP strike
expect_match "^> .*General Practitioners"
expect_match "$url"
expect_exit 0 osler-query -i test.db -n 1 -f tsv GP strike
expect_match "^1	[0-9.]+	corpus/$name	corpus/$name	19	Resistance and Challenges	"
expect_exit 0 osler-query -i test.db -n 1 -f trec GP strike
expect_match "^1 Q0 corpus/$name 1 [0-9.]+ osler$"
expect_exit 0 osler-query -i test.db -n 1 -f csl-json GP strike
expect_json '.[0].title | startswith("The Transformative Role")'
expect_exit 0 osler-query -i test.db -n 1 -f bibtex GP strike
expect_match '^@'
