/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Name constraints on a path: RFC 5280 section 4.2.1.10. Each issuer's are checked for themselves
 * against everything below it, which is the same as the standard's running intersection. */
#include "pki/der.h"
#include "pki/dn.h"
#include "pki/path-parts.h"

#include <string.h>

/* One issuer's constraints, and the certificate whose names are looked at. */
struct limits {
	struct span permitted;
	struct span excluded;
	const struct cert *issuer;
	const struct cert *who;
	struct path_chain *chain;
	struct path_fault *fault;
};

static bool
fault_name(const struct limits *l, const struct name *name, const char *what)
{
	char issuer[PATH_SUBJECT_MAX];
	struct buf text = BUF_INIT;

	name_put(&text, name);
	(void)path_fault(l->fault, l->who, "name-constraints", "%s '%s': %.100s", what,
			 path_name(issuer, l->issuer->subject, l->issuer), buf_text(&text));
	buf_release(&text);
	return false;
}

static bool
fault_unknown(const struct limits *l, const struct name *name)
{
	return fault_name(l, name, "has a name that cannot be checked against the constraints of");
}

/* Subtrees with a minimum or maximum, which RFC 5280 does not allow, and damaged ones. */
static bool
fault_constraints(const struct limits *l, enum rc rc)
{
	if (rc == RC_UNSUPPORTED)
		return path_fault(l->fault, l->issuer, "name-constraints",
				  "has name constraints with a minimum or maximum");
	return path_fault(l->fault, l->issuer, "damaged", "has damaged name constraints");
}

/* What is behind the first dot; empty when there is none. */
static struct span
parent_of(struct span host)
{
	size_t size = 0;

	while (size < host.size && host.data[size] != '.')
		size++;
	return span_part(host, size + 1, host.size);
}

/* True for a wildcard that stands for the very host that base excludes, among others. */
static bool
covers(const struct name *name, const struct name *base)
{
	struct name parent = { .type = NAME_DNS, .value = parent_of(base->value) };
	struct name mine = { .type = NAME_DNS, .value = parent_of(name->value) };
	bool known;

	if (name->type != NAME_DNS || !span_begins(name->value, span_text("*.")) ||
	    !parent.value.size || base->value.data[0] == '.')
		return false;
	return mine.value.size == parent.value.size && name_within(&mine, &parent, &known);
}

/* What a name is to the constraints of one kind. */
struct finding {
	bool typed;  /* one is of its type */
	bool inside; /* one holds it */
};

/* Compares a name with one constraint. False with a fault. */
static bool
compare(const struct limits *l, const struct name *name, const struct name *base,
	struct finding *finding)
{
	bool known = true;

	if (++l->chain->comparisons > PATH_NAMES_MAX) {
		return path_fault(l->fault, l->issuer, "too-complex",
				  "has too many name constraints for so many names");
	}
	if (base->type != name->type)
		return true;
	finding->typed = true;
	if (name_within(name, base, &known))
		finding->inside = true;
	/* An address without a host would slip past what excludes hosts. */
	if (name->type == NAME_EMAIL && !memchr(name->value.data, '@', name->value.size))
		known = false;
	return known || fault_unknown(l, name);
}

static bool
check_excluded(const struct limits *l, const struct name *name)
{
	struct span subtrees = l->excluded;
	struct finding finding = { .typed = false };
	struct name base;
	enum rc rc;

	while ((rc = ext_next_subtree(&subtrees, &base)) == RC_OK) {
		if (!compare(l, name, &base, &finding))
			return false;
		if (finding.inside || covers(name, &base))
			return fault_name(l, name, "has a name excluded by");
	}
	return rc == RC_NOT_FOUND || fault_constraints(l, rc);
}

static bool
check_permitted(const struct limits *l, const struct name *name)
{
	struct span subtrees = l->permitted;
	struct finding finding = { .typed = false };
	struct name base;
	enum rc rc;

	while ((rc = ext_next_subtree(&subtrees, &base)) == RC_OK) {
		if (!compare(l, name, &base, &finding))
			return false;
	}
	if (rc != RC_NOT_FOUND)
		return fault_constraints(l, rc);
	if (finding.typed && !finding.inside)
		return fault_name(l, name, "has a name outside of what is permitted by");
	return true;
}

static bool
check_name(const struct limits *l, const struct name *name)
{
	return check_excluded(l, name) && check_permitted(l, name);
}

/* A mail address of a subject, which may be a string of any type. Where it is none, it is a name
 * without a host, and no constraint on such names lets it pass. */
static bool
check_mail(const struct limits *l, unsigned tag, struct span value)
{
	struct name name = { .type = NAME_EMAIL, .value = span_text("?") };
	struct buf text = BUF_INIT;
	bool fine;

	if (der_string(&text, tag, value) && text.size)
		name.value = buf_span(&text);
	fine = check_name(l, &name);
	buf_release(&text);
	return fine;
}

/* The mail addresses in a subject count as names too. */
static bool
check_subject(const struct limits *l)
{
	struct name name = { .type = NAME_DIR, .value = l->who->subject };
	struct span rdns;
	struct span rdn = SPAN_NONE;
	struct span type;
	struct span value;
	unsigned tag;
	enum rc rc;

	if (dn_is_empty(l->who->subject))
		return true;
	if (!check_name(l, &name))
		return false;
	if (der_only(l->who->subject, DER_SEQUENCE, &rdns))
		return path_fault(l->fault, l->who, "damaged", "has a damaged subject");
	while ((rc = dn_next(&rdns, &rdn, &type, &tag, &value)) == RC_OK) {
		if (oid_is(type, OID_EMAIL) && !check_mail(l, tag, value))
			return false;
	}
	if (rc != RC_NOT_FOUND)
		return path_fault(l->fault, l->who, "damaged", "has a damaged subject");
	return true;
}

static bool
check_cert(const struct limits *l)
{
	struct span names = cert_names(l->who);
	struct name name;
	enum rc rc;

	if (!check_subject(l))
		return false;
	while ((rc = name_next(&names, &name)) == RC_OK) {
		if (!check_name(l, &name))
			return false;
	}
	if (rc != RC_NOT_FOUND)
		return path_fault(l->fault, l->who, "damaged", "has damaged alternative names");
	return true;
}

bool
path_check_names(const struct cert *issuer, struct path_chain *chain, struct path_fault *fault)
{
	struct limits l = { .issuer = issuer, .chain = chain, .fault = fault };
	struct ext x;

	if (!cert_ext(issuer, OID_EXT_NAME_CONSTRAINTS, &x))
		return true;
	if (ext_name_constraints(x.value, &l.permitted, &l.excluded))
		return path_fault(fault, issuer, "damaged", "has damaged name constraints");
	for (size_t i = 0; i < chain->count; i++) {
		l.who = chain->cert[i];
		/* Self-issued ones in the middle may not be named otherwise than their issuer. */
		if (i > 0 && cert_self_issued(l.who))
			continue;
		if (!check_cert(&l))
			return false;
	}
	return true;
}
