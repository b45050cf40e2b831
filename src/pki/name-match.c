/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which host a name stands for (RFC 9525), and which names a constraint covers (RFC 5280 section
 * 4.2.1.10). */
#include "base/text.h"
#include "pki/dn.h"
#include "pki/name.h"

#include <string.h>

static unsigned
lower(unsigned c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool
equal_any_case(struct span a, struct span b)
{
	size_t i;

	if (a.size != b.size)
		return false;
	for (i = 0; i < a.size; i++) {
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	}
	return true;
}

/* What is behind the first c, or the last; empty when there is none. *found tells the two apart. */
static struct span
behind(struct span s, int c, bool last, bool *found)
{
	const unsigned char *at = NULL;

	if (s.size > 0)
		at = last ? memrchr(s.data, c, s.size) : memchr(s.data, c, s.size);
	*found = at != NULL;
	return at ? span_part(s, (size_t)(at - s.data) + 1, s.size) : SPAN_NONE;
}

/* A presented name against a host that was checked. RFC 9525 section 6.3: a wildcard is the whole
 * left-most label; as public suffixes go, two labels must be behind it. */
static bool
dns_matches(struct span presented, struct span host)
{
	bool dot;
	struct span parent;

	if (!span_begins(presented, span_text("*.")))
		return name_is_host(presented) && equal_any_case(presented, host);
	presented = span_part(presented, 2, presented.size);
	(void)behind(presented, '.', false, &dot);
	if (!dot || !name_is_host(presented))
		return false;
	parent = behind(host, '.', false, &dot);
	return dot && equal_any_case(presented, parent);
}

bool
name_matches_host(const struct name *name, const char *host)
{
	unsigned char address[NAME_ADDRESS_MAX];
	size_t size = name_address(address, host);

	if (size > 0)
		return name->type == NAME_IP && span_equal(name->value, SPAN_OF(address, size));
	if (name->type != NAME_DNS || !name_is_host(span_text(host)))
		return false;
	return dns_matches(name->value, span_text(host));
}

static bool
ends_with(struct span s, struct span suffix)
{
	return s.size >= suffix.size &&
	       equal_any_case(span_part(s, s.size - suffix.size, suffix.size), suffix);
}

/* A host and what lies below it; with a dot in front, only what lies below. */
static bool
dns_within(struct span dns, struct span base)
{
	if (base.size == 0)
		return true;
	if (!ends_with(dns, base))
		return false;
	if (base.data[0] == '.')
		return dns.size > base.size;
	return dns.size == base.size || dns.data[dns.size - base.size - 1] == '.';
}

/* A host itself; with a dot in front, only what lies below it. */
static bool
host_within(struct span host, struct span base)
{
	if (base.size > 0 && base.data[0] == '.')
		return host.size > base.size && ends_with(host, base);
	return base.size == 0 || equal_any_case(host, base);
}

/* The part before @ is compared byte by byte (RFC 5280 section 7.5). */
static bool
email_within(struct span email, struct span base)
{
	bool found;
	bool mailbox;
	struct span host = behind(email, '@', true, &found);
	struct span base_host = behind(base, '@', true, &mailbox);

	if (!found)
		return false;
	if (!mailbox)
		return host_within(host, base);
	return equal_any_case(host, base_host) &&
	       span_equal(span_part(email, 0, email.size - host.size),
			  span_part(base, 0, base.size - base_host.size));
}

/* Cuts s before the first of these characters. */
static struct span
cut_at(struct span s, const char *ends)
{
	size_t size = 0;

	while (size < s.size && (s.data[size] == 0 || !strchr(ends, s.data[size])))
		size++;
	return span_part(s, 0, size);
}

/* The host in a URI's authority; empty when there is none. */
static struct span
uri_host(struct span uri)
{
	bool found;
	struct span host;
	struct span authority = behind(uri, ':', false, &found);

	if (!span_begins(authority, span_text("//")))
		return SPAN_NONE;
	authority = cut_at(span_part(authority, 2, authority.size), "/?#");
	host = behind(authority, '@', true, &found);
	return cut_at(found ? host : authority, ":");
}

static bool
uri_within(struct span uri, struct span base, bool *known)
{
	struct span host = uri_host(uri);

	*known = name_is_host(host);
	return *known && host_within(host, base);
}

static bool
ip_within(struct span ip, struct span base, bool *known)
{
	size_t half = base.size / 2;
	size_t i;

	*known = (base.size == 8 || base.size == 32) && (ip.size == 4 || ip.size == 16);
	if (!*known || ip.size != half)
		return false;
	for (i = 0; i < half; i++) {
		if ((ip.data[i] ^ base.data[i]) & base.data[half + i])
			return false;
	}
	return true;
}

bool
name_within(const struct name *name, const struct name *constraint, bool *known)
{
	*known = true;
	if (name->type != constraint->type)
		return false;
	switch (name->type) {
	case NAME_EMAIL:
		return email_within(name->value, constraint->value);
	case NAME_DNS:
		return dns_within(name->value, constraint->value);
	case NAME_DIR:
		return dn_within(name->value, constraint->value);
	case NAME_URI:
		return uri_within(name->value, constraint->value, known);
	case NAME_IP:
		return ip_within(name->value, constraint->value, known);
	default:
		*known = false;
		return false;
	}
}
