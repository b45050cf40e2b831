/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a database of N certificates for the benchmarks, without a signature each: one certificate
 * is the pattern, and in the copies serial number and common name, both of fixed length, differ.
 * A FILE whose name ends in .kdb becomes a CMS database, all else PKCS#12.
 *
 *     make-store N ITERATIONS PASSPHRASE FILE */

#include "base/buf.h"
#include "codec/cms.h"
#include "pki/dn.h"
#include "pki/issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names_of_all[] = {
	"dns:host000000.example.com",
	"dns:www.host000000.example.com",
	"dns:mail.host000000.example.com",
	"dns:api.host000000.example.com",
};

static enum rc
make_pattern(struct buf *der)
{
	static const char cn[] = "host000000";
	struct shape shape = SHAPE_INIT;
	struct buf subject = BUF_INIT;
	struct buf names = BUF_INIT;
	struct buf spki = BUF_INIT;
	struct key *key = NULL;
	enum rc rc;

	rc = key_generate(&key, "rsa:2048", NULL);
	if (!rc)
		rc = key_spki(&spki, key);
	if (!rc)
		rc = dn_from_cn(&subject, span_text(cn), NULL);
	for (size_t i = 0; !rc && i < ARRAY_SIZE(names_of_all); i++)
		rc = name_parse(&names, names_of_all[i], NULL);
	shape.profile = PROFILE_SERVER;
	shape.subject = buf_span(&subject);
	shape.names = buf_span(&names);
	shape.crl_urls[0] = "http://pki.example.com/lists/of-the-issuing-authority.crl";
	shape.ocsp_urls[0] = "http://ocsp.example.com";
	shape.ca_urls[0] = "http://pki.example.com/certificates/the-issuing-authority.cer";
	shape.not_before = 1750000000;
	shape.not_after = 1850000000;
	if (!rc)
		rc = issue_cert(der, &shape, &(struct issuing){ buf_span(&spki), NULL, key }, NULL);
	key_free(&key);
	buf_release(&subject);
	buf_release(&names);
	buf_release(&spki);
	return rc;
}

/* Writes the number over the six digits of every "host000000". */
static void
number_copy(struct buf *der, unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "host%06u", number % 1000000);
	for (size_t i = 0; i + 10 <= der->size; i++)
		if (memcmp(der->data + i, "host000000", 10) == 0)
			memcpy(der->data + i, text, 10);
}

static enum rc
add_copies(struct kdb *db, struct span pattern, unsigned count)
{
	enum rc rc = RC_OK;

	for (unsigned i = 0; !rc && i < count; i++) {
		struct entry *e = entry_new(ENTRY_CERT);
		struct buf der = BUF_INIT;
		char label[16];

		if (!e)
			return RC_NO_MEMORY;
		snprintf(label, sizeof(label), "host%06u", i);
		buf_put(&der, pattern);
		number_copy(&der, i);
		e->flags = ENTRY_TRUSTED;
		rc = piece_copy(&e->label, span_text(label));
		if (!rc)
			rc = piece_take(&e->cert, &der);
		if (!rc)
			rc = kdb_add(db, e, NULL);
		entry_unref(&e);
	}
	return rc;
}

static enum rc
put(void *self, struct span bytes)
{
	return fwrite(bytes.data, 1, bytes.size, self) == bytes.size ? RC_OK : RC_IO;
}

/* The format for a file of this name; db becomes one of it. */
static const struct codec *
codec_for(struct kdb *db, const char *path)
{
	const char *dot = strrchr(path, '.');

	if (!dot || strcmp(dot, ".kdb") != 0)
		return &codec_pkcs12;
	cms_begin(db, CMS_VERSION);
	return &codec_cms;
}

int
main(int argc, char **argv)
{
	struct pieces out[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct secret *pass = NULL;
	struct kdb db = KDB_INIT;
	struct buf pattern = BUF_INIT;
	struct pw *pw = NULL;
	struct err err = ERR_INIT;
	FILE *f = NULL;
	enum rc rc;

	if (argc != 5) {
		fputs("usage: make-store N ITERATIONS PASSPHRASE FILE\n", stderr);
		return 2;
	}
	rc = make_pattern(&pattern);
	if (!rc)
		rc = add_copies(&db, buf_span(&pattern), (unsigned)strtoul(argv[1], NULL, 10));
	if (!rc)
		rc = secret_from(&pass, span_text(argv[3]));
	if (!rc)
		rc = pw_new(&pw, &pass, 0);
	if (!rc)
		rc = pw_set_shroud(pw, NULL, strtoul(argv[2], NULL, 10));
	if (!rc)
		rc = codec_for(&db, argv[4])->save(&db, out, pw, NULL, &err);
	if (!rc)
		f = fopen(argv[4], "wb");
	if (!rc)
		rc = f ? pieces_each(&out[0], put, f) : RC_IO;
	if (f && fclose(f))
		rc = RC_IO;
	for (size_t i = 0; i < CODEC_PARTS; i++)
		pieces_release(&out[i]);
	kdb_release(&db);
	pw_free(&pw);
	buf_release(&pattern);
	if (rc)
		fprintf(stderr, "make-store: %s %s\n", rc_text(rc), err.message);
	return rc ? 1 : 0;
}
