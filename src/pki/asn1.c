/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/asn1.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { TYPE_MAX = 64, NUMBER_MAX = 24 };

/* Generated from schema.asn. */
extern const asn1_static_node km_schema[];

struct asn1_schema {
	asn1_node definitions;
};

static enum rc
rc_of(int ret)
{
	if (ret == ASN1_SUCCESS)
		return RC_OK;
	return ret == ASN1_MEM_ALLOC_ERROR ? RC_NO_MEMORY : RC_INTERNAL;
}

enum rc
asn1_schema_new(struct asn1_schema **schema)
{
	enum rc rc;

	*schema = calloc(1, sizeof(**schema));
	if (!*schema)
		return RC_NO_MEMORY;
	rc = rc_of(asn1_array2tree(km_schema, &(*schema)->definitions, NULL));
	if (rc)
		asn1_schema_free(schema);
	return rc;
}

void
asn1_schema_free(struct asn1_schema **schema)
{
	if (!*schema)
		return;
	(void)asn1_delete_structure(&(*schema)->definitions); /* nothing to do when there is none */
	free(*schema);
	*schema = NULL;
}

void
asn1_begin(struct asn1 *a, const struct asn1_schema *schema, const char *type)
{
	char name[TYPE_MAX];

	asn1_release(a);
	snprintf(name, sizeof(name), "KYMAN.%s", type);
	a->rc = rc_of(asn1_create_element(schema->definitions, name, &a->node));
}

/* libtasn1's asn1_write_value: what value and length mean depends on the field. */
static void
write_value(struct asn1 *a, const char *path, const void *value, size_t length)
{
	if (a->rc)
		return;
	if (length > INT_MAX)
		a->rc = RC_LIMIT;
	else
		a->rc = rc_of(asn1_write_value(a->node, path, value, (int)length));
}

/* Without memory for a value libtasn1 writes none, without a word. */
static void
check_value(struct asn1 *a, const char *path)
{
	int length = 0;

	if (!a->rc && asn1_read_value(a->node, path, NULL, &length) != ASN1_MEM_ERROR)
		a->rc = RC_NO_MEMORY;
}

void
asn1_set(struct asn1 *a, const char *path, struct span value)
{
	/* a length of nothing would mean text of its own to libtasn1, or no value at all */
	if (value.size == 0 && !a->rc)
		a->rc = RC_INTERNAL;
	write_value(a, path, value.data, value.size);
	check_value(a, path);
}

void
asn1_set_number(struct asn1 *a, const char *path, uint64_t number)
{
	char text[NUMBER_MAX];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	write_value(a, path, text, 0);
}

void
asn1_set_bits(struct asn1 *a, const char *path, struct span value, size_t bits)
{
	write_value(a, path, value.data, bits);
}

void
asn1_set_oid(struct asn1 *a, const char *path, enum oid id)
{
	write_value(a, path, oid_dotted(id), 1);
}

void
asn1_set_bool(struct asn1 *a, const char *path, bool value)
{
	write_value(a, path, value ? "TRUE" : "FALSE", 1);
}

void
asn1_choose(struct asn1 *a, const char *path, const char *member)
{
	write_value(a, path, member, 1);
}

void
asn1_append(struct asn1 *a, const char *path)
{
	int before = 0;
	int after = 0;

	if (a->rc)
		return;
	/* As check_value: what is written next would go elsewhere. */
	(void)asn1_number_of_elements(a->node, path, &before);
	write_value(a, path, "NEW", 1);
	if (!a->rc &&
	    (asn1_number_of_elements(a->node, path, &after) != ASN1_SUCCESS || after != before + 1))
		a->rc = RC_NO_MEMORY;
}

void
asn1_absent(struct asn1 *a, const char *path)
{
	write_value(a, path, NULL, 0);
}

enum rc
asn1_put(struct buf *out, struct asn1 *a)
{
	unsigned char *to;
	int promised;
	int size = 0;
	int ret;
	enum rc rc = a->rc;

	if (rc)
		goto out;
	ret = asn1_der_coding(a->node, "", NULL, &size, NULL);
	if (ret != ASN1_MEM_ERROR || size <= 0) {
		rc = ret == ASN1_SUCCESS ? RC_INTERNAL : rc_of(ret);
		goto out;
	}
	promised = size;
	to = buf_extend(out, (size_t)size);
	rc = to ? rc_of(asn1_der_coding(a->node, "", to, &size, NULL)) : RC_NO_MEMORY;
	/* What it has no memory for libtasn1 leaves out of a SET OF, without a word. */
	if (!rc && size != promised)
		rc = RC_NO_MEMORY;
out:
	asn1_release(a);
	return rc;
}

void
asn1_release(struct asn1 *a)
{
	if (a->node)
		(void)asn1_delete_structure2(&a->node, ASN1_DELETE_FLAG_ZEROIZE); /* it is there */
	*a = (struct asn1)ASN1_INIT;
}
