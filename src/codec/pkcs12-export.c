/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The usual form of a PKCS#12 file: certificates encrypted, keys shrouded. */
#include "base/env.h"
#include "codec/pkcs12-parts.h"

#include <string.h>

struct exporter {
	const struct kdb *db;
	struct pw *pw;
	struct pieces parts;
	struct buf bags; /* of the part at hand */
	size_t count;
};

static enum rc
end_certs(struct exporter *x)
{
	struct buf part = BUF_INIT;
	enum rc rc = buf_rc(&x->bags);

	if (!rc && x->count) {
		rc = p12_encrypted_part(&part, x->pw, buf_span(&x->bags));
		if (!rc)
			rc = pieces_take(&x->parts, &part);
	}
	buf_release(&part);
	buf_release(&x->bags);
	x->count = 0;
	return rc;
}

static enum rc
end_keys(struct exporter *x)
{
	struct buf part = BUF_INIT;
	enum rc rc = buf_rc(&x->bags);

	if (!rc && x->count) {
		p12_part_head(&part, x->bags.size);
		buf_put(&part, buf_span(&x->bags));
		rc = pieces_take(&x->parts, &part);
	}
	buf_release(&part);
	buf_release(&x->bags);
	x->count = 0;
	return rc;
}

static enum rc
put_cert(struct exporter *x, const struct entry *e)
{
	unsigned char id[P12_KEY_ID_SIZE];
	struct p12_says says = {
		.label = e->label.span,
		.key_id = e->kind == ENTRY_KEY ? id : NULL,
		.java = e->kind == ENTRY_CERT && e->flags & ENTRY_TRUSTED,
	};
	enum rc rc;

	if (!e->cert.span.size)
		return RC_OK;
	rc = p12_key_id(id, e->cert.span);
	if (!rc)
		rc = p12_put_cert(&x->bags, e->cert.span, &says);
	if (!rc && ++x->count == P12_BAGS_MAX)
		rc = end_certs(x);
	return rc;
}

static enum rc
put_key(struct exporter *x, const struct entry *e)
{
	unsigned char id[P12_KEY_ID_SIZE];
	struct p12_says says = { .label = e->label.span, .key_id = id };
	struct buf made = BUF_INIT;
	struct span key = e->key.span;
	enum rc rc;

	if (e->kind != ENTRY_KEY)
		return RC_OK;
	rc = p12_key_id(id, e->cert.span);
	if (!rc && e->open_key) {
		rc = pbe_shroud(&made, x->pw, e->open_key);
		key = buf_span(&made);
	}
	if (!rc)
		rc = p12_put_bag(&x->bags, OID_BAG_SHROUDED, key, &says);
	buf_release(&made);
	if (!rc && ++x->count == P12_BAGS_MAX)
		rc = end_keys(x);
	return rc;
}

static enum rc
put_all(struct exporter *x)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < x->db->count && !rc; i++)
		rc = put_cert(x, x->db->entries[i]);
	if (!rc)
		rc = end_certs(x);
	for (i = 0; i < x->db->count && !rc; i++)
		rc = put_key(x, x->db->entries[i]);
	return rc ? rc : end_keys(x);
}

/* Several files under one passphrase may share it. */
static enum rc
mac_salt(unsigned char salt[PBE_SALT_SIZE], const struct kdb *db)
{
	if (db->mac_salt_size != PBE_SALT_SIZE)
		return env_random(salt, PBE_SALT_SIZE);
	memcpy(salt, db->mac_salt, PBE_SALT_SIZE);
	return RC_OK;
}

static enum rc
append(void *self, struct span bytes)
{
	struct buf *out = self;

	buf_put(out, bytes);
	return buf_rc(out);
}

enum rc
pkcs12_export(const struct kdb *db, struct buf *out, struct pw *pw, struct err *err)
{
	struct exporter x = { .db = db, .pw = pw };
	struct pieces file = PIECES_INIT;
	unsigned char salt[PBE_SALT_SIZE];
	uint64_t iterations;
	enum rc rc;

	iterations = pw_iterations(pw) ? pw_iterations(pw) : PBE_TYPED_ITERATIONS;
	rc = mac_salt(salt, db);
	if (!rc) {
		p12_mac_begin(pw, SPAN_OF(salt, sizeof(salt)), iterations);
		rc = put_all(&x);
	}
	if (!rc)
		rc = p12_finish(&file, &x.parts, pw, salt, iterations);
	if (!rc)
		rc = pieces_each(&file, append, out);
	if (rc)
		(void)err_default(err, rc); /* the code is known */
	pieces_release(&file);
	pieces_release(&x.parts);
	buf_release(&x.bags);
	return rc;
}
