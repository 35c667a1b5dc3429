/* See html_parse.h. More than half of the attributes of a page are of no use here, and each would
 * cost libxml2 four allocations: leaving them out pays for all rules of the reader. */
#include "indexer/html/html_parse.h"

#include <errno.h>
#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/parserInternals.h>
#include <string.h>
#include <strings.h>

#include "indexer/html/html_tree.h"

enum {
    MAX_DEPTH = 1000, /* of elements: libxml2 looks through them all for many an end tag */
    /* Bytes of the distinct names of elements and attributes, which libxml2 grows in steps of four:
     * it compares each attribute of an element with all before it. Judged pages have up to 170 such
     * names. */
    NAME_BYTES = 20000,
    MAX_AT_PLACE = 8, /* missing names: libxml2 does not get on from there */
    MAX_WANTED = 24,  /* more than there are names of wanted attributes */
};

/* The attributes that some rule reads, by first letter. */
static const char *const wanted_names[26][4] = {
    ['a' - 'a'] = {"aria-hidden"},    ['c' - 'a'] = {"class", "content"},
    ['d' - 'a'] = {"datetime"},       ['h' - 'a'] = {"href", "hidden", "http-equiv"},
    ['i' - 'a'] = {"id", "itemprop"}, ['l' - 'a'] = {"lang"},
    ['n' - 'a'] = {"name"},           ['p' - 'a'] = {"property"},
    ['r' - 'a'] = {"rel", "role"},    ['s' - 'a'] = {"style"},
    ['t' - 'a'] = {"type", "title"},  ['x' - 'a'] = {"xml:lang"},
};

static bool is_wanted(const char *name) {
    unsigned letter = (unsigned)(unsigned char)name[0] - 'a';
    if (letter >= sizeof wanted_names / sizeof *wanted_names)
        return false;
    for (const char *const *wanted = wanted_names[letter]; *wanted; wanted++)
        if (strcmp(name, *wanted) == 0)
            return true;
    return false;
}

/* What the callbacks below know of their parser. */
struct watch {
    struct document *document;
    const struct html_places *places; /* NULL: nobody asks for them */
    const xmlChar *place;             /* of the last missing name */
    int n_at_place;
};

static void stop(xmlParserCtxt *parser, const char *reason) {
    struct watch *watch = parser->_private;
    document_problem(watch->document, 0, "%s; the rest is not read", reason);
    xmlStopParser(parser);
}

static void start_element(void *context, const xmlChar *name, const xmlChar **attributes) {
    xmlParserCtxt *parser = context;
    const xmlChar *wanted[MAX_WANTED * 2 + 1];
    size_t n_wanted = 0;
    if (parser->nameNr > MAX_DEPTH) {
        stop(parser, "elements nested too deeply");
        return;
    }
    for (; attributes && attributes[0] && n_wanted < MAX_WANTED; attributes += 2) {
        if (!is_wanted((const char *)attributes[0]))
            continue;
        wanted[n_wanted * 2] = attributes[0];
        wanted[n_wanted++ * 2 + 1] = attributes[1];
    }
    wanted[n_wanted * 2] = NULL;
    xmlSAX2StartElement(context, name, n_wanted > 0 ? wanted : NULL);
    const struct watch *watch = parser->_private;
    if (watch->places && parser->node)
        html_places_note_element(watch->places, parser, parser->node);
}

/* Text, of which the place is noted. */
static void characters(void *context, const xmlChar *text, int n_bytes) {
    xmlParserCtxt *parser = context;
    const struct watch *watch = parser->_private;
    xmlSAX2Characters(context, text, n_bytes);
    xmlNode *node = parser->node ? parser->node->last : NULL;
    if (node && node->type == XML_TEXT_NODE && n_bytes > 0)
        html_places_note_text(watch->places, parser, node, (const char *)text, (size_t)n_bytes);
}

/* libxml2 goes on when memory is out, or the names' share of it (a name is then missing), and some
 * of its loops never end then. */
static void on_error(void *context, xmlError *error) {
    xmlParserCtxt *parser = context;
    struct watch *watch = parser->_private;
    if (error->code == XML_ERR_NO_MEMORY && xmlDictGetUsage(parser->dict) <= NAME_BYTES) {
        watch->document->failed = true;
        xmlStopParser(parser);
    } else if (error->code == XML_ERR_NO_MEMORY) {
        stop(parser, "too many names of elements");
    } else if (error->code == XML_ERR_NAME_REQUIRED && parser->input) {
        watch->n_at_place = parser->input->cur == watch->place ? watch->n_at_place + 1 : 0;
        watch->place = parser->input->cur;
        if (watch->n_at_place < MAX_AT_PLACE)
            return;
        stop(parser, "too many names of elements");
        /* Where libxml2 is now it would look for this for ever. */
        parser->input->base = parser->input->cur = (const xmlChar *)">";
        parser->input->end = parser->input->cur + 1;
    }
}

/* The end tag of the open script or style; where it could begin if the page ends before it. */
static const xmlChar *find_end_tag(const xmlParserCtxt *parser) {
    const xmlChar *end = parser->input->end;
    const xmlChar *tag = parser->input->cur;
    size_t n_name = strlen((const char *)parser->name);
    while ((tag = memmem(tag, (size_t)(end - tag), "</", 2)) != NULL) {
        if ((size_t)(end - tag) < n_name + 2 ||
            strncasecmp((const char *)tag + 2, (const char *)parser->name, n_name) == 0)
            return tag;
        tag += 2;
    }
    return end;
}

/* Sends libxml2, which is at a character of a script, on to the last one before the end tag. It
 * then passes over as many bytes as the character has that it was at: both must have one. */
static void skip_script(xmlParserCtxt *parser) {
    const xmlChar *place = parser->input->cur;
    if (!parser->name || place >= parser->input->end || *place >= 0x80)
        return;
    const xmlChar *last = find_end_tag(parser) - 1;
    while (last > place && *last >= 0x80)
        last--;
    if (last > place)
        parser->input->cur = last;
}

/* Keeps the text of JSON-LD scripts. Of others and of styles, half of many a page, nothing is ever
 * read: libxml2 brings them in pieces, and after the first it need not look at the rest. */
static void script_text(void *context, const xmlChar *text, int n_bytes) {
    xmlParserCtxt *parser = context;
    const char *type = parser->node ? html_attribute(parser->node, "type") : NULL;
    if (type && strcasestr(type, "ld+json"))
        xmlSAX2CDataBlock(context, text, n_bytes);
    else
        skip_script(parser);
}

xmlDoc *html_parse(const char *text, size_t n_bytes, const struct html_places *places,
                   struct document *document) {
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                        HTML_PARSE_NONET | HTML_PARSE_COMPACT | (int)XML_PARSE_HUGE |
                        HTML_PARSE_IGNORE_ENC;
    struct watch watch = {.document = document, .places = places};
    htmlParserCtxt *parser = htmlNewParserCtxt();
    if (!parser) {
        document->failed = true;
        return NULL;
    }
    parser->_private = &watch;
    xmlDictSetLimit(parser->dict, NAME_BYTES);
    parser->sax->initialized = XML_SAX2_MAGIC; /* else serror is not looked at */
    parser->sax->serror = on_error;
    parser->sax->startElement = start_element;
    parser->sax->cdataBlock = script_text;
    if (places)
        parser->sax->characters = parser->sax->ignorableWhitespace = characters;
    parser->sax->comment = NULL;
    parser->sax->processingInstruction = NULL;
    errno = 0;
    xmlDoc *page = htmlCtxtReadMemory(parser, text, (int)n_bytes, NULL, "UTF-8", options);
    document->failed = document->failed || errno == ENOMEM; /* an error is not always raised */
    htmlFreeParserCtxt(parser);
    return page;
}
