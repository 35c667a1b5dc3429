#!/usr/bin/env python3
"""Prints the PDF of the test web: a report of two pages with running heads, in Helvetica."""
import sys

PAGES = [
    [(72, 110, 20, "How the jury measured impact"),
     (72, 150, 11, "Every entry had to name a number that was known before the program was introduced, and the"),
     (72, 163, 11, "same number afterwards. Entries that compared wards in different hospitals were set aside."),
     (72, 200, 14, "Comparisons that count"),
     (72, 225, 11, "A comparison counted if the same people did the same work in the same season. The jury thought highly"),
     (72, 238, 11, "of hospitals that switched the program off again for a month, for the difference then ap-")],
    [(72, 110, 11, "peared twice. Stepped-wedge designs, in which wards start one after the other, came second."),
     (72, 150, 14, "What was not measured"),
     (72, 175, 11, "Nobody counted the hours of the engineers. A later report will estimate maintenance costs.")],
]


def drawing(number, lines):
    lines = [(72, 50, 9, "Weekly Test: AI Impact Awards"), (290, 760, 9, f"{number} of {len(PAGES)}")] + lines
    return "\n".join(f"BT /F {size} Tf {x} {792 - y} Td ({text}) Tj ET" for x, y, size, text in lines)


def objects():
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(PAGES)))
    yield "<< /Type /Catalog /Pages 2 0 R >>"
    yield f"<< /Type /Pages /Kids [{kids}] /Count {len(PAGES)} >>"
    yield "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    yield "<< /Title (How the jury measured impact) /Author (Jury of the AI Impact Awards) /CreationDate (D:20250620090000Z) >>"
    for i, lines in enumerate(PAGES):
        text = drawing(i + 1, lines)
        yield (f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {6 + 2 * i} 0 R "
               "/Resources << /Font << /F 3 0 R >> >> >>")
        yield f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


pdf, offsets = "%PDF-1.4\n", []
for number, content in enumerate(objects(), 1):
    offsets.append(len(pdf))
    pdf += f"{number} 0 obj\n{content}\nendobj\n"
table = len(pdf)
pdf += f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n" + "".join(f"{o:010} 00000 n \n" for o in offsets)
pdf += f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{table}\n%%EOF\n"
sys.stdout.write(pdf)
