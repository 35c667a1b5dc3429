/* See html_tag.h. */
#include "indexer/html/html_tag.h"

#include <string.h>

enum { LETTERS = 26, TAGS_OF_A_LETTER = 16 };

/* By first letter, the commonest first: the look-up runs for every element of every page. */
static const struct html_tag_info tags[LETTERS][TAGS_OF_A_LETTER] = {
    ['a' - 'a'] = {{"a", TAG_A, 0},
                   {"article", TAG_ARTICLE, TAG_BLOCK},
                   {"aside", TAG_OTHER, TAG_BLOCK | TAG_SOFT},
                   {"address", TAG_OTHER, TAG_BLOCK},
                   {"audio", TAG_OTHER, TAG_HARD},
                   {"applet", TAG_OTHER, TAG_HARD}},
    ['b' - 'a'] = {{"br", TAG_BR, 0},
                   {"button", TAG_OTHER, TAG_BLOCK | TAG_HARD},
                   {"body", TAG_BODY, TAG_BLOCK},
                   {"blockquote", TAG_BLOCKQUOTE, TAG_BLOCK | TAG_TEXT},
                   {"base", TAG_BASE, 0}},
    ['c' - 'a'] = {{"canvas", TAG_OTHER, TAG_HARD},
                   {"center", TAG_OTHER, TAG_BLOCK},
                   {"caption", TAG_OTHER, TAG_BLOCK}},
    ['d' - 'a'] = {{"div", TAG_DIV, TAG_BLOCK},
                   {"dd", TAG_DD, TAG_BLOCK | TAG_TEXT},
                   {"dt", TAG_DT, TAG_BLOCK | TAG_TEXT},
                   {"dl", TAG_DL, TAG_BLOCK},
                   {"details", TAG_OTHER, TAG_BLOCK},
                   {"dialog", TAG_OTHER, TAG_BLOCK | TAG_SOFT},
                   {"dir", TAG_OTHER, TAG_BLOCK}},
    ['e' - 'a'] = {{"embed", TAG_OTHER, TAG_HARD}},
    ['f' - 'a'] = {{"figure", TAG_OTHER, TAG_BLOCK | TAG_SOFT},
                   {"figcaption", TAG_OTHER, TAG_BLOCK | TAG_SOFT},
                   {"form", TAG_OTHER, TAG_BLOCK},
                   {"footer", TAG_OTHER, TAG_BLOCK | TAG_SOFT},
                   {"fieldset", TAG_OTHER, TAG_BLOCK | TAG_SOFT},
                   {"frame", TAG_OTHER, TAG_HARD},
                   {"frameset", TAG_OTHER, TAG_HARD}},
    ['h' - 'a'] = {{"h3", TAG_H3, TAG_BLOCK | TAG_TEXT},
                   {"h2", TAG_H2, TAG_BLOCK | TAG_TEXT},
                   {"h4", TAG_H4, TAG_BLOCK | TAG_TEXT},
                   {"h1", TAG_H1, TAG_BLOCK | TAG_TEXT},
                   {"h5", TAG_H5, TAG_BLOCK | TAG_TEXT},
                   {"h6", TAG_H6, TAG_BLOCK | TAG_TEXT},
                   {"header", TAG_OTHER, TAG_BLOCK},
                   {"hr", TAG_OTHER, TAG_BLOCK},
                   {"html", TAG_HTML, TAG_BLOCK},
                   {"head", TAG_HEAD, TAG_HARD}},
    ['i' - 'a'] = {{"img", TAG_IMG, 0},
                   {"i", TAG_OTHER, 0},
                   {"input", TAG_OTHER, TAG_HARD},
                   {"iframe", TAG_OTHER, TAG_BLOCK | TAG_HARD}},
    ['l' - 'a'] = {{"li", TAG_LI, TAG_BLOCK | TAG_TEXT},
                   {"link", TAG_LINK, 0},
                   {"legend", TAG_OTHER, TAG_BLOCK}},
    ['m' - 'a'] = {{"meta", TAG_META, 0},
                   {"main", TAG_MAIN, TAG_BLOCK},
                   {"menu", TAG_OTHER, TAG_BLOCK | TAG_SOFT},
                   {"math", TAG_OTHER, TAG_HARD}},
    ['n' - 'a'] = {{"noscript", TAG_OTHER, TAG_HARD}, {"nav", TAG_OTHER, TAG_BLOCK | TAG_SOFT}},
    ['o' - 'a'] = {{"option", TAG_OTHER, TAG_BLOCK | TAG_HARD},
                   {"ol", TAG_OL, TAG_BLOCK},
                   {"object", TAG_OTHER, TAG_HARD}},
    ['p' - 'a'] = {{"p", TAG_P, TAG_BLOCK | TAG_TEXT},
                   {"picture", TAG_OTHER, TAG_SOFT},
                   {"pre", TAG_PRE, TAG_BLOCK | TAG_TEXT},
                   {"progress", TAG_OTHER, TAG_HARD}},
    ['q' - 'a'] = {{"q", TAG_OTHER, TAG_TEXT}},
    ['r' - 'a'] = {{"rt", TAG_OTHER, TAG_HARD}, {"rp", TAG_OTHER, TAG_HARD}},
    ['s' - 'a'] = {{"span", TAG_SPAN, 0},
                   {"script", TAG_SCRIPT, TAG_HARD},
                   {"svg", TAG_OTHER, TAG_HARD},
                   {"section", TAG_SECTION, TAG_BLOCK},
                   {"source", TAG_OTHER, TAG_HARD},
                   {"style", TAG_OTHER, TAG_HARD},
                   {"select", TAG_OTHER, TAG_BLOCK | TAG_HARD},
                   {"summary", TAG_OTHER, TAG_BLOCK}},
    ['t' - 'a'] = {{"td", TAG_TD, TAG_BLOCK | TAG_TEXT},
                   {"tr", TAG_OTHER, TAG_BLOCK},
                   {"time", TAG_TIME, 0},
                   {"th", TAG_TH, TAG_BLOCK | TAG_TEXT},
                   {"table", TAG_TABLE, TAG_BLOCK},
                   {"tbody", TAG_OTHER, TAG_BLOCK},
                   {"thead", TAG_OTHER, TAG_BLOCK},
                   {"tfoot", TAG_OTHER, TAG_BLOCK},
                   {"title", TAG_TITLE, 0},
                   {"template", TAG_OTHER, TAG_HARD},
                   {"textarea", TAG_OTHER, TAG_BLOCK | TAG_HARD},
                   {"track", TAG_OTHER, TAG_HARD}},
    ['u' - 'a'] = {{"ul", TAG_UL, TAG_BLOCK}},
    ['v' - 'a'] = {{"video", TAG_OTHER, TAG_HARD}},
};

const struct html_tag_info *html_tag_find(const char *name) {
    static const struct html_tag_info unknown;
    unsigned letter = (unsigned)(unsigned char)name[0] - 'a';
    if (letter >= LETTERS)
        return &unknown;
    const struct html_tag_info *info = tags[letter];
    while (info->name[0] && strcmp(info->name, name) != 0)
        info++;
    return info;
}
