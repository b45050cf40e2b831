/* Textual encodings (RFC 7468): written strictly, read leniently. */
#ifndef CODEC_PEM_H
#define CODEC_PEM_H

#include "codec/codec.h"

/* Appends "-----BEGIN LABEL-----", Base64 in lines of 64, "-----END LABEL-----". */
void pem_put(struct buf *out, const char *label, struct span der);

/* The same for what is secret: text in a new secret, which the caller frees. */
NODISCARD enum rc pem_secret(struct secret **out, const char *label, struct span der);

/* One block of a text. Spans borrow from the text. */
struct pem_block {
	struct span label;   /* "CERTIFICATE" */
	struct span headers; /* RFC 1421 lines, or empty */
	struct span body;    /* Base64 text between the lines */
	size_t offset;       /* of its BEGIN mark in the text as it was handed in */
};

/* Takes the next block off text. RC_NOT_FOUND at the end; RC_DAMAGED for a BEGIN without END: block
 * then has what there is (to the next BEGIN, or all) and text goes on behind it. Marks with a dash
 * missing, in lower case or with blanks are taken, so is Base64 with an END mark only
 * (no-begin-line), indented or in long lines; all told in notes. */
NODISCARD enum rc pem_next(struct span *text, struct pem_block *block, const struct notes *notes);

/* True when bytes are such text: no byte but printable ones, white space, and those above 0x7f;
 * UTF-16 of either order counts too, and so does EBCDIC with a BEGIN mark. */
bool pem_is_text(struct span bytes);

/* Makes plain UTF-8 text of what text editors and transfers do: BOM, UTF-16 of either order, CR for
 * line ends, mail quotes, "\n" for line ends. EBCDIC is RC_UNSUPPORTED. Changes *file in place or
 * replaces its contents (what was there is wiped); tells in notes. RC_NO_MEMORY. */
NODISCARD enum rc pem_plain_text(struct buf *file, const struct notes *notes);

#endif
