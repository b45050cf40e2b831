/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands around the bags that are written: parts, heads, MAC. */
#include "codec/pkcs12-parts.h"
#include "pki/der.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAC_SIZE = 32,
	BESIDE_MIN = 1024 * 1024, /* bytes for which a thread pays */
};

/* Heads around contents of a known size, made from the inside out. */
static size_t
with_head(size_t size)
{
	return der_head_size(size) + size;
}

void
p12_part_head(struct buf *head, size_t size)
{
	struct span type = oid_octets(OID_DATA);
	size_t safe = with_head(size);
	size_t data = with_head(safe);
	size_t content = with_head(data);

	der_put_head(head, DER_SEQUENCE, with_head(type.size) + content);
	der_put(head, DER_OID, type);
	der_put_head(head, DER_CONTEXT_SET(0), data);
	der_put_head(head, DER_OCTET_STRING, safe);
	der_put_head(head, DER_SEQUENCE, size);
}

/* EncryptedData: version 0, and the encrypted SafeContents as data. */
static void
put_encrypted(struct buf *out, struct span alg, struct span text)
{
	size_t start = out->size;
	size_t content;
	size_t info;

	der_put(out, DER_OID, oid_octets(OID_ENCRYPTED_DATA));
	content = out->size;
	der_put_number(out, 0);
	info = out->size;
	der_put(out, DER_OID, oid_octets(OID_DATA));
	buf_put(out, alg);
	der_put(out, DER_CONTEXT(0), text);
	der_wrap(out, info, DER_SEQUENCE);
	der_wrap(out, content, DER_SEQUENCE);
	der_wrap(out, content, DER_CONTEXT_SET(0));
	der_wrap(out, start, DER_SEQUENCE);
}

enum rc
p12_encrypted_part(struct buf *out, struct pw *pw, struct span bags)
{
	struct buf safe = BUF_INIT;
	struct buf text = BUF_INIT;
	struct buf alg = BUF_INIT;
	enum rc rc;

	der_put(&safe, DER_SEQUENCE, bags);
	rc = buf_rc(&safe);
	if (!rc)
		rc = pbe_encrypt(&alg, &text, pw, buf_span(&safe));
	if (!rc)
		put_encrypted(out, buf_span(&alg), buf_span(&text));
	buf_release(&safe);
	buf_release(&text);
	buf_release(&alg);
	return rc ? rc : buf_rc(out);
}

/* MacData: SEQUENCE { DigestInfo, salt, iterations }, and where in it the digest stands, which is
 * still to come. */
static enum rc
put_mac(struct buf *out, size_t *place, struct span salt, uint64_t iterations)
{
	static const unsigned char to_come[MAC_SIZE];
	size_t start = out->size;
	size_t size;

	der_put(out, DER_OID, oid_octets(OID_SHA256));
	der_put(out, DER_NULL, SPAN_NONE);
	der_wrap(out, start, DER_SEQUENCE);
	der_put(out, DER_OCTET_STRING, SPAN_OF(to_come, sizeof(to_come)));
	der_wrap(out, start, DER_SEQUENCE);
	size = out->size;
	der_put(out, DER_OCTET_STRING, salt);
	der_put_number(out, iterations);
	size = out->size - size;
	der_wrap(out, start, DER_SEQUENCE);
	*place = out->size - size - MAC_SIZE;
	return buf_rc(out);
}

/* The MAC over the AuthenticatedSafe, on its way. */
struct mac_making {
	struct late late;
	struct digest *digest;     /* keyed, and fed with the head */
	const struct piece *parts; /* borrowed */
	size_t count;
	unsigned char *out;
};

static void
make_mac(void *self)
{
	unsigned char digest[DIGEST_MAX];
	struct mac_making *m = self;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < m->count; i++)
		rc = digest_add(m->digest, m->parts[i].span);
	digest_finish(&m->digest, rc ? NULL : digest);
	if (!rc)
		memcpy(m->out, digest, MAC_SIZE);
	m->late.rc = rc;
}

/* A digest that is keyed, and fed with the head of the AuthenticatedSafe. */
static enum rc
start_digest(struct digest **d, size_t parts_size, struct pw *pw, struct span salt,
	     uint64_t iterations)
{
	struct buf head = BUF_INIT;
	enum rc rc;

	der_put_head(&head, DER_SEQUENCE, parts_size);
	rc = buf_rc(&head);
	if (!rc)
		rc = p12_mac_start(d, pw, salt, iterations);
	if (!rc)
		rc = digest_add(*d, buf_span(&head));
	buf_release(&head);
	return rc;
}

/* Fills in the MAC of file, whose first piece are the heads and whose last is MacData: beside the
 * caller where there is much to digest. */
static enum rc
/* place is written through once the digest is there.
   NOLINTNEXTLINE(readability-non-const-parameter) */
fill_mac(struct pieces *file, struct digest **d, unsigned char *place)
{
	struct mac_making *m = malloc(sizeof(*m));
	enum rc rc;

	if (!m)
		return RC_NO_MEMORY;
	*m = (struct mac_making){
		.late = { .task = TASK_INIT },
		.digest = *d,
		.parts = file->items + 1,
		.count = file->count - 2,
		.out = place,
	};
	*d = NULL;
	if (file->size >= BESIDE_MIN) {
		file->late = &m->late;
		task_start(&m->late.task, make_mac, m);
		return RC_OK;
	}
	make_mac(m);
	rc = m->late.rc;
	free(m);
	return rc;
}

/* All that stands before the parts. */
static void
put_heads(struct buf *out, size_t parts_size, size_t mac_size)
{
	static const unsigned char version[] = { DER_INTEGER, 1, P12_VERSION };
	struct span type = oid_octets(OID_DATA);
	size_t safe = with_head(parts_size);
	size_t data = with_head(safe);
	size_t info = with_head(type.size) + with_head(data);

	der_put_head(out, DER_SEQUENCE, sizeof(version) + with_head(info) + mac_size);
	buf_put(out, SPAN_OF(version, sizeof(version)));
	der_put_head(out, DER_SEQUENCE, info);
	der_put(out, DER_OID, type);
	der_put_head(out, DER_CONTEXT_SET(0), data);
	der_put_head(out, DER_OCTET_STRING, safe);
	der_put_head(out, DER_SEQUENCE, parts_size);
}

enum rc
p12_finish(struct pieces *out, struct pieces *parts, struct pw *pw, const unsigned char *salt,
	   uint64_t iterations)
{
	size_t size = (size_t)parts->size;
	struct span mac_salt = SPAN_OF(salt, PBE_SALT_SIZE);
	struct buf heads = BUF_INIT;
	struct buf mac = BUF_INIT;
	struct digest *d = NULL;
	size_t place = 0;
	enum rc rc;

	rc = put_mac(&mac, &place, mac_salt, iterations);
	if (rc)
		goto out;
	put_heads(&heads, size, mac.size);
	rc = pieces_take(out, &heads);
	if (!rc)
		rc = pieces_move(out, parts);
	if (!rc)
		rc = pieces_take(out, &mac);
	if (!rc)
		rc = start_digest(&d, size, pw, mac_salt, iterations);
	if (!rc)
		rc = fill_mac(out, &d, blob_buf(out->items[out->count - 1].home)->data + place);
out:
	digest_finish(&d, NULL);
	buf_release(&heads);
	buf_release(&mac);
	if (rc)
		pieces_release(out);
	return rc;
}
