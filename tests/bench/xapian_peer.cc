// Xapian for `make bench`: the ranking that Osler's is measured against, with the same k1 and b.
//
//   xapian_peer index DATABASE < lines of title<TAB>text
//   xapian_peer search DATABASE < questions, one a line > the milliseconds of each
//   xapian_peer version
//
// The index is one that quest can ask too: stems have its prefix Z. It has no positions, so that it
// is no larger than ranking needs.
#include <xapian.h>

#include <chrono>
#include <iostream>
#include <string>

namespace {

constexpr double K1 = 1.2, B = 0.75, MIN_NORMALIZED_LENGTH = 0.5;  // the last is Xapian's default
constexpr unsigned TITLE_WEIGHT = 2, N_HITS = 10;

void index(const std::string& path) {
    Xapian::WritableDatabase database(path, Xapian::DB_CREATE_OR_OVERWRITE);
    Xapian::TermGenerator generator;
    generator.set_stemmer(Xapian::Stem("english"));
    for (std::string line; std::getline(std::cin, line);) {
        const auto tab = line.find('\t');
        Xapian::Document document;
        generator.set_document(document);
        generator.index_text_without_positions(line.substr(0, tab), TITLE_WEIGHT);
        generator.index_text_without_positions(line.substr(tab + 1));
        database.add_document(document);
    }
    database.commit();
}

void search(const std::string& path) {
    const Xapian::Database database(path);
    Xapian::QueryParser parser;
    parser.set_stemmer(Xapian::Stem("english"));
    parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
    parser.set_database(database);
    for (std::string line; std::getline(std::cin, line);) {
        const auto start = std::chrono::steady_clock::now();
        Xapian::Enquire enquire(database);
        enquire.set_weighting_scheme(Xapian::BM25Weight(K1, 0, 1, B, MIN_NORMALIZED_LENGTH));
        enquire.set_query(parser.parse_query(line, 0));
        const Xapian::MSet hits = enquire.get_mset(0, N_HITS);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        std::cout << took.count() << std::endl;
    }
}

}  // namespace

int main(int argc, char** argv) try {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "index" && argc == 3)
        index(argv[2]);
    else if (mode == "search" && argc == 3)
        search(argv[2]);
    else if (mode == "version")
        std::cout << "Xapian " << Xapian::version_string() << '\n';
    else
        return 2;
    return 0;
} catch (const Xapian::Error& error) {
    std::cerr << "xapian_peer: " << error.get_description() << '\n';
    return 1;
}
