#!/bin/bash
# --extract: what would be indexed of one page or article.

. "$OSLER_ROOT/tests/cli/lib.sh"

write_page() {
    cat >page.html <<'END'
<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Sleep apnoea &amp; you | Clinic</title>
<meta name="author" content="Ada Okafor"><meta property="og:site_name" content="Clinic">
<meta property="article:published_time" content="2024-05-17T08:00:00Z">
<meta property="article:modified_time" content="2024-06-01">
<link rel="canonical" href="https://clinic.example.org/sleep"></head>
<body><nav><a href="/">Home</a> <a href="/about">About us</a></nav>
<main><h1>Sleep apnoea &amp; you</h1>
<p>Snoring is common. Apnoea stops the breath for ten seconds or more, says a
<a href="https://example.org/study">study of 2023</a>.</p>
<h2>Treatment</h2>
<ul><li>Masks keep the airway open.</li><li>Weight loss <b>helps</b> many patients.</li></ul>
<script>var tracked = "never shown";</script>
<table><tr><th>Stage</th><th>Events</th></tr><tr><td>mild</td><td>5</td></tr></table></main>
<footer>Copyright 2024 Clinic. <a href="/privacy">Privacy</a></footer></body></html>
END
}

write_article() {
    cat >article.md <<'END'
---
title: Asthma in children
author: Ada Okafor
date: 2024-05-17
lang: en
url: https://clinic.example.org/asthma
---

Attacks peak in autumn. Inhaled *steroids* prevent most ([GINA][1]).

## Costs

* A generic inhaler costs ten dollars, says the [WHO](https://www.who.int/inhalers).

[1]: https://ginasthma.org/report
END
}

case_begin "the text of an article"
write_article
expect_exit 0 osler-index --extract article.md
expect_output article.txt
expect_silence
expect_equal "$(ls -A)" article.md

case_begin "metadata, headings and links of an article"
write_article
expect_exit 0 osler-index --extract --json article.md
expect_json '(keys | sort) == ["author", "canonical", "headings", "language", "links", "modified",
    "published", "site", "text", "title"]'
expect_json '[.title, .author, .published, .modified, .site, .language, .canonical] == ["Asthma in children",
    "Ada Okafor", "2024-05-17", null, null, "en", "https://clinic.example.org/asthma"]'
expect_json '.headings == [{level: 2, text: "Costs"}]'
expect_json '.links == [
    {label: "GINA", url: "https://ginasthma.org/report", line: 9, column: 58,
     claim: "Inhaled steroids prevent most (GINA)."},
    {label: "WHO", url: "https://www.who.int/inhalers", line: 13, column: 49,
     claim: "A generic inhaler costs ten dollars, says the WHO."}]'
jq -r .text "$out" >text
compare_with_expected text article.txt

case_begin "the text of a page, from a file, a redirection and a pipe"
write_page
expect_exit 0 osler-index --extract page.html
expect_output page.txt
expect_silence
expect_exit 0 osler-index --extract <page.html
expect_output page.txt
piped() { cat "$1" | osler-index --extract "${@:2}"; } # cat: so that it is a pipe
expect_exit 0 piped page.html
expect_output page.txt
expect_exit 0 piped page.html --json
expect_json '.title == "Sleep apnoea & you"'

case_begin "metadata, headings and links of a page"
write_page
expect_exit 0 osler-index --extract --json page.html
expect_json '[.title, .author, .published, .modified, .site, .language, .canonical] ==
    ["Sleep apnoea & you", "Ada Okafor", "2024-05-17T08:00:00Z", "2024-06-01", "Clinic", "en-GB",
     "https://clinic.example.org/sleep"]'
expect_json '[.headings[] | .text] | index("Treatment") != null'
expect_json '[.links[] | [.label, .url, .claim]] == [["study of 2023", "https://example.org/study",
    "Apnoea stops the breath for ten seconds or more, says a study of 2023."]]'
expect_json '.links[0] | [.line, .column] == [10, 1]'
expect_no_match 'never shown|About us|Privacy'

case_begin "what is extracted is what is indexed"
write_page
write_article
expect_exit 0 osler-index -q -i test.db page.html article.md
for query in snoring attacks 'generic inhaler' mild; do
    expect_exit 0 osler-query -i test.db -f json -n 1 $query
    file=$(jq -r '.hits[0].document.path' "$out")
    jq -r '.hits[0].passage.text' "$out" >passage
    osler-index --extract "$file" >text
    expect_equal "$(jq -n --rawfile text text --rawfile passage passage '$text | contains($passage | rtrimstr("\n"))')" true
done

case_begin "places of a page are those of its file"
write_page
expect_exit 0 osler-index -q -i test.db page.html
expect_exit 0 osler-query -i test.db -f json snoring
expect_json '.hits[0].passage.lines == [9, 10] and (.hits[0].citations | map(.url) == ["https://example.org/study"])'
jq -r '.hits[0].passage.bytes | @tsv' "$out" | {
    read -r start end
    head -c "$end" page.html | tail -c +$((start + 1)) >part
    echo >>part
}
compare_with_expected part <<'END'
Snoring is common. Apnoea stops the breath for ten seconds or more, says a
<a href="https://example.org/study">study of 2023</a>.
END
expect_exit 0 osler-query -i test.db mild
expect_match 'page.html:14'
expect_exit 0 osler-index -i test.db --links
expect_match '^page.html:10:1: unfetched https://example.org/study$'

case_begin "plain text"
printf 'First  line\ngoes on.\n\n\n\nSecond paragraph, see https://example.org/a.\n' >notes.txt
expect_exit 0 osler-index --extract notes.txt
expect_output <<<$'First line goes on.\n\nSecond paragraph, see https://example.org/a.'
expect_exit 0 osler-index --extract --json notes.txt
expect_json '[.links[].url] == ["https://example.org/a"] and .title == "notes" and .headings == []'

case_begin "what is wrong with a file is named, and what can be read is printed"
printf '# Okapi \xff\n\nThe \0 end.\n' >broken.md
expect_exit 1 osler-index --extract broken.md
expect_error_match '^osler-index: broken.md:1: 1 byte is not UTF-8'
expect_error_match '^osler-index: broken.md:3: 1 NUL byte'
expect_match '^Okapi ÿ$'
: >empty.html
expect_exit 0 osler-index --extract --json empty.html
expect_json '.text == "" and .links == [] and .headings == []'
expect_exit 0 osler-index --extract --json </dev/null
expect_json '.text == ""'

case_begin "a page may begin with text that has no place in its file"
echo '<body><p>&amp; more of it, as the first words of a page that has only these.</p></body>' >entity.html
expect_exit 0 osler-index --extract entity.html
expect_output <<'END'
& more of it, as the first words of a page that has only these.
END

case_begin "what cannot be extracted is named"
echo '{"_id": "1", "text": "x"}' >lines.jsonl
mkdir folder.md
for file in nowhere.html lines.jsonl folder.md paper.pdf .; do
    expect_exit 1 osler-index --extract $file
    expect_error_match "^osler-index: $file: "
    expect_output </dev/null
done
head -c 17000000 /dev/zero | tr '\0' x >large.html
expect_exit 1 osler-index --extract large.html
expect_error_match '^osler-index: large.html: larger than 16 MB'
expect_exit 1 piped large.html
expect_error_match '^osler-index: stdin: larger than 16 MB'

case_begin "numbers cite the entries of a numbered list, loose or tight, of several paragraphs"
cat >a.md <<'END'
Masks help [1]. Soap helps [2]. Air helps [12]. Sun helps [[2]](https://sun.org).

1. not this [1]

## References

1. WHO. Masks. <https://who.int/1>

   https://who.int/1.pdf

2. - NHS <https://nhs.uk/2>

12. Item three <https://cdc.gov/3>
END
expect_exit 0 osler-index --extract --json a.md
expect_json '[.links[] | [.label, .url, .claim]] == [
    ["WHO. Masks", "https://who.int/1", "Masks help [1]."],
    ["WHO. Masks", "https://who.int/1.pdf", "Masks help [1]."],
    ["NHS", "https://nhs.uk/2", "Soap helps [2]."],
    ["[2]", "https://sun.org", "Sun helps [2]."],
    ["WHO. Masks", "https://who.int/1", "not this [1]"],
    ["WHO. Masks", "https://who.int/1.pdf", "not this [1]"],
    ["Item three", "https://cdc.gov/3", null]]'
expect_exit 0 osler-index --extract a.md
expect_output <<'END'
Masks help [1]. Soap helps [2]. Air helps [12]. Sun helps [2].

not this [1]
END

case_begin "a list of sources has its entries on lines of text, and behind line breaks of a page"
printf '%s\n' 'Masks help [1] people [3].' '' Sources '' '[1] WHO https://a.example/1' '[2] NHS https://b.example/2' \
    '[3] CDC https://c.example/3' >a.txt
cat >a.html <<'END'
<article><h1>Masks</h1><p>Masks help many people in a crowd, says one [1], and others do not agree with that [3].</p>
<h2>References</h2><p>1. WHO on masks <a href="https://a.example/1">page</a><br>2. NHS on soap
<a href="https://b.example/2">page</a><br>3. CDC on air <a href="https://c.example/3">page</a></p></article>
END
for file in a.txt a.html; do
    expect_exit 0 osler-index --extract --json "$file"
    expect_json '[.links[] | select(.claim) | .url] == ["https://a.example/1", "https://c.example/3"]'
done

case_begin "a number that is linked in its brackets is not cited again, and one in an address is no reference"
printf '%s\n' 'Soap helps [[2](https://other.example/q)]. See [there](https://z.example/?q[1][2]=3).' '' '[1]: https://d.example/1' \
    '[2]: https://d.example/2' '' '## Sources' '' '1. WHO <https://a.example/1>' '2. NHS <https://b.example/x>' >a.md
expect_exit 0 osler-index --extract --json a.md
expect_json '[.links[] | select(.claim) | .url] == ["https://other.example/q", "https://z.example/?q[1][2]=3"]'

case_begin "prose under \"Source\" is text"
printf '%s\n' 'Intro text.' '' '## Source' '' 'The water source of the town is a lake. It is clean.' >a.md
expect_exit 0 osler-index --extract a.md
expect_match '^The water source of the town'
