/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands around the bags that are written: parts, heads, MAC. */
#include "codec/pkcs12-parts.h"
#include "pki/der.h"

#include <string.h>

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

static enum rc
feed(void *self, struct span bytes)
{
	struct digest *d = self;

	return digest_add(d, bytes);
}

/* MacData: SEQUENCE { DigestInfo, salt, iterations }. */
static void
put_mac(struct buf *out, struct span digest, struct span salt, uint64_t iterations)
{
	size_t start = out->size;

	der_put(out, DER_OID, oid_octets(OID_SHA256));
	der_put(out, DER_NULL, SPAN_NONE);
	der_wrap(out, start, DER_SEQUENCE);
	der_put(out, DER_OCTET_STRING, digest);
	der_wrap(out, start, DER_SEQUENCE);
	der_put(out, DER_OCTET_STRING, salt);
	der_put_number(out, iterations);
	der_wrap(out, start, DER_SEQUENCE);
}

/* The MAC over the AuthenticatedSafe: its head and the parts. */
static enum rc
make_mac(struct buf *mac, const struct pieces *parts, struct pw *pw, struct span salt,
	 uint64_t iterations)
{
	unsigned char digest[DIGEST_MAX];
	struct buf head = BUF_INIT;
	struct digest *d = NULL;
	enum rc rc;

	der_put_head(&head, DER_SEQUENCE, (size_t)parts->size);
	rc = buf_rc(&head);
	if (!rc)
		rc = p12_mac_start(&d, pw, salt, iterations);
	if (!rc)
		rc = digest_add(d, buf_span(&head));
	if (!rc)
		rc = pieces_each(parts, feed, d);
	digest_finish(&d, rc ? NULL : digest);
	if (!rc)
		put_mac(mac, SPAN_OF(digest, digest_size(HASH_SHA256)), salt, iterations);
	buf_release(&head);
	return rc ? rc : buf_rc(mac);
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
	struct buf heads = BUF_INIT;
	struct buf mac = BUF_INIT;
	enum rc rc;

	rc = make_mac(&mac, parts, pw, SPAN_OF(salt, PBE_SALT_SIZE), iterations);
	if (rc)
		goto out;
	put_heads(&heads, (size_t)parts->size, mac.size);
	rc = pieces_take(out, &heads);
	if (!rc)
		rc = pieces_move(out, parts);
	if (!rc)
		rc = pieces_take(out, &mac);
out:
	buf_release(&heads);
	buf_release(&mac);
	if (rc)
		pieces_release(out);
	return rc;
}
