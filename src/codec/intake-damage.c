/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of others by name, and what transfers in text mode do to DER. */
#include "base/text.h"
#include "codec/intake-parts.h"
#include "pki/der.h"

#include <string.h>

enum {
	LEAST = 64,          /* bytes below which chance explains too much */
	NO_CR_LEAST = 512,   /* bytes among which one is CR, most likely */
	LINE_ENDS_LEAST = 3, /* that have a CR before them: once in 2^24 by chance */
};

struct magic {
	size_t offset;
	struct span bytes;
	const char *name;
};

#define BYTES(text)                                             \
	{                                                       \
		(const unsigned char *)(text), sizeof(text) - 1 \
	}

static const struct magic later[] = {
	{ 0, BYTES("\xfe\xed\xfe\xed"), "jks" },
	{ 0, BYTES("\xce\xce\xce\xce"), "jceks" },
};

static const struct magic binaries[] = {
	{ 0, BYTES("SQLite format 3"), "an SQLite database, such as NSS has (cert9.db, key4.db)" },
	{ 0, BYTES("\x00\x06\x15\x61"), "a Berkeley DB file, such as old NSS has (cert8.db)" },
	{ 0, BYTES("\x61\x15\x06\x00"), "a Berkeley DB file, such as old NSS has (cert8.db)" },
	{ 0, BYTES("\x00\x00\x00\x01\x00\x00\x00\x14"), "a Bouncy Castle key store (BKS)" },
	{ 0, BYTES("\x00\x00\x00\x02\x00\x00\x00\x14"), "a Bouncy Castle key store (BKS)" },
	{ 0, BYTES("\x03\xd9\xa2\x9a"), "a KeePass database" },
	{ 8, BYTES("KBXf"), "a GnuPG keybox" },
	{ 0, BYTES("\x1e\xf1\xb5\xb0"), "a Microsoft PVK key" },
	{ 0, BYTES("\x07\x02\x00\x00"), "a Microsoft private key blob" },
	{ 4, BYTES("CERT\x03"), "a Microsoft serialized certificate store" },
	{ 0, BYTES("\xac\xed\x00\x05"), "a serialized Java object" },
	{ 0, BYTES("PK\x03\x04"), "a ZIP archive" },
	{ 0, BYTES("\x1f\x8b\x08"), "a gzip file" },
	{ 0, BYTES("BZh"), "a bzip2 file" },
	{ 0,
	  BYTES("\xfd"
		"7zXZ"),
	  "an xz file" },
	{ 0, BYTES("7z\xbc\xaf"), "a 7-Zip archive" },
	{ 257, BYTES("ustar"), "a tar archive" },
	{ 0,
	  BYTES("\x7f"
		"ELF"),
	  "an ELF program" },
	{ 0, BYTES("MZ\x90"), "a Windows program" },
	{ 0, BYTES("%PDF-"), "a PDF document" },
};

static const struct magic texts[] = {
	{ 0, BYTES("ssh-"), "an OpenSSH public key" },
	{ 0, BYTES("ecdsa-sha2-"), "an OpenSSH public key" },
	{ 0, BYTES("sk-ssh-"), "an OpenSSH public key" },
	{ 0, BYTES("PuTTY-User-Key-File"), "a PuTTY private key" },
	{ 0, BYTES("<!DOCTYPE"), "an HTML page, perhaps an error page instead of a file" },
	{ 0, BYTES("<!doctype"), "an HTML page, perhaps an error page instead of a file" },
	{ 0, BYTES("<html"), "an HTML page, perhaps an error page instead of a file" },
	{ 0, BYTES("<HTML"), "an HTML page, perhaps an error page instead of a file" },
	{ 0, BYTES("<?xml"), "XML" },
	{ 0, BYTES("{"), "JSON" },
	{ 0, BYTES("#!"), "a script" },
	{ 0, BYTES("%PDF-"), "a PDF document" },
};

static const struct magic marks[] = {
	{ 0, BYTES("OPENSSH "), "an OpenSSH private key" },
	{ 0, BYTES("SSH2 "), "an SSH key" },
	{ 0, BYTES("PGP "), "PGP data" },
};

static const char *
magic_of(const struct magic *magic, size_t count, struct span file)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (span_begins(span_part(file, magic[i].offset, SIZE_MAX), magic[i].bytes))
			return magic[i].name;
	}
	return NULL;
}

/* An OpenPGP key packet (RFC 4880 section 4.2) of version 4, with a length of two octets. */
static bool
is_pgp(struct span file)
{
	return file.size > 4 && (file.data[0] == 0x99 || file.data[0] == 0x95) &&
	       file.data[3] == 0x04;
}

const char *
intake_later(struct span file)
{
	return magic_of(later, ARRAY_SIZE(later), file);
}

const char *
intake_foreign(struct span file, bool text)
{
	if (text)
		return magic_of(texts, ARRAY_SIZE(texts), file);
	if (is_pgp(file))
		return "an OpenPGP key";
	return magic_of(binaries, ARRAY_SIZE(binaries), file);
}

const char *
intake_foreign_mark(struct span mark)
{
	return magic_of(marks, ARRAY_SIZE(marks), mark);
}

/* What a file's bytes are like. */
struct census {
	size_t lf;
	size_t crlf; /* LF with a CR before it */
	size_t cr;
	size_t high; /* bytes above 0x7f */
};

static struct census
take_census(struct span s)
{
	struct census c = { .lf = 0 };
	size_t i;

	for (i = 0; i < s.size; i++) {
		c.cr += s.data[i] == '\r';
		c.high += s.data[i] > 0x7f;
		c.lf += s.data[i] == '\n';
		c.crlf += s.data[i] == '\n' && i > 0 && s.data[i - 1] == '\r';
	}
	return c;
}

/* A repair is believed when the head's length fits and all inside is DER. */
static bool
is_whole(const struct buf *b)
{
	return der_announced(buf_span(b)) == b->size && !der_check(buf_span(b));
}

static void
drop_cr(struct buf *out, struct span s)
{
	size_t i;

	buf_reserve(out, s.size);
	for (i = 0; i < s.size; i++) {
		if (s.data[i] != '\r' || i + 1 == s.size || s.data[i + 1] != '\n')
			buf_put_byte(out, s.data[i]);
	}
}

/* UTF-8 back to bytes; false when it holds what no byte can have become. */
static bool
from_utf8(struct buf *out, struct span s)
{
	int32_t point;

	buf_reserve(out, s.size);
	while ((point = text_next(&s)) >= 0) {
		if (point > 0xff)
			return false;
		buf_put_byte(out, (unsigned)point);
	}
	return true;
}

/* Cut at the end, what is there still fits together: so it does when what is missing is put there.
 */
static bool
is_only_cut(struct span s, size_t announced)
{
	struct buf padded = BUF_INIT;
	bool fits;
	unsigned char *tail;

	buf_put(&padded, s);
	tail = buf_extend(&padded, announced - s.size);
	if (tail)
		memset(tail, 0, announced - s.size);
	fits = tail && !der_check(buf_span(&padded));
	buf_release(&padded);
	return fits;
}

/* Fewer bytes than announced, few of them, and no CR where there should be some. */
static bool
lost_cr(struct span s, const struct census *c)
{
	size_t announced = der_announced(s);

	return c->cr == 0 && s.size >= NO_CR_LEAST && announced > s.size &&
	       announced - s.size <= (s.size / LEAST) + 4 && !is_only_cut(s, announced);
}

const char *
intake_mend(struct buf *mended, struct span file)
{
	struct census c = take_census(file);

	if (file.size < LEAST || file.data[0] != DER_SEQUENCE)
		return NULL;
	if (c.crlf == c.lf && c.lf > 0) {
		drop_cr(mended, file);
		if (is_whole(mended))
			return "a CR was put before each LF";
		buf_cut(mended, 0);
		if (c.lf >= LINE_ENDS_LEAST && file.size > der_announced(file))
			return "a CR was put before each LF";
	}
	if (c.high == 0)
		return "the highest bit of each byte was cleared";
	if (text_is_utf8(file)) {
		if (from_utf8(mended, file) && is_whole(mended))
			return "bytes above 0x7f were made UTF-8";
		buf_cut(mended, 0);
		return "it was read as text and written as UTF-8, and bytes were lost";
	}
	return lost_cr(file, &c) ? "CR bytes were taken out" : NULL;
}
