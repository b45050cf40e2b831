/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Montgomery ladder over the complete addition law of Renes, Costello and Batina (Complete
 * addition formulas for prime order elliptic curves, 2016, algorithm 1): one law for all pairs of
 * points, so that nothing branches on the key. Once a key at most, so it may be slow: 2 ms for
 * P-256. */
#include "pki/ec-point.h"

#include <string.h>

enum { LIMB_BITS = 32, LIMBS_MAX = 17, FIELD_MAX = 66 };

struct curve {
	enum oid id;
	size_t size;
	const char *p;
	const char *a;
	const char *b;
	const char *x;
	const char *y;
};

static const struct curve curves[] = {
#define CURVE(id, size, p, a, b, x, y) { id, size, p, a, b, x, y },
#include "curve.def"
#undef CURVE
};

/* The registers of the law: two points, their sum, constants, temporaries. */
enum reg {
	X1,
	Y1,
	Z1,
	X2,
	Y2,
	Z2,
	X3,
	Y3,
	Z3,
	CA,
	B3,
	T0,
	T1,
	T2,
	T3,
	T4,
	T5,
	REGS,
};

struct number {
	uint32_t limb[LIMBS_MAX];
};

/* Everything that depends on the scalar is in here, and here is a secret; what the arithmetic has
 * on the stack it wipes. Numbers are in Montgomery form. */
struct work {
	size_t limbs;
	uint32_t inverse; /* -p^-1 modulo 2^32 */
	struct number p;
	struct number square; /* R^2 modulo p */
	struct number reg[REGS];
	struct number ladder[2][3];
};

struct step {
	char op;
	unsigned char to;
	unsigned char a;
	unsigned char b;
};

static const struct step law[] = {
	{ '*', T0, X1, X2 }, { '*', T1, Y1, Y2 }, { '*', T2, Z1, Z2 }, { '+', T3, X1, Y1 },
	{ '+', T4, X2, Y2 }, { '*', T3, T3, T4 }, { '+', T4, T0, T1 }, { '-', T3, T3, T4 },
	{ '+', T4, X1, Z1 }, { '+', T5, X2, Z2 }, { '*', T4, T4, T5 }, { '+', T5, T0, T2 },
	{ '-', T4, T4, T5 }, { '+', T5, Y1, Z1 }, { '+', X3, Y2, Z2 }, { '*', T5, T5, X3 },
	{ '+', X3, T1, T2 }, { '-', T5, T5, X3 }, { '*', Z3, CA, T4 }, { '*', X3, B3, T2 },
	{ '+', Z3, X3, Z3 }, { '-', X3, T1, Z3 }, { '+', Z3, T1, Z3 }, { '*', Y3, X3, Z3 },
	{ '+', T1, T0, T0 }, { '+', T1, T1, T0 }, { '*', T2, CA, T2 }, { '*', T4, B3, T4 },
	{ '+', T1, T1, T2 }, { '-', T2, T0, T2 }, { '*', T2, CA, T2 }, { '+', T4, T4, T2 },
	{ '*', T0, T1, T4 }, { '+', Y3, Y3, T0 }, { '*', T0, T5, T4 }, { '*', X3, T3, X3 },
	{ '-', X3, X3, T0 }, { '*', T0, T3, T1 }, { '*', Z3, T5, Z3 }, { '+', Z3, Z3, T0 },
};

/* r = a - b; returns the borrow. */
static uint32_t
subtract(const struct work *w, struct number *r, const struct number *a, const struct number *b)
{
	uint64_t borrow = 0;
	size_t i;

	for (i = 0; i < w->limbs; i++) {
		uint64_t d = (uint64_t)a->limb[i] - b->limb[i] - borrow;

		r->limb[i] = (uint32_t)d;
		borrow = d >> 63;
	}
	return (uint32_t)borrow;
}

/* r = mask ? a : b, for a mask of all bits or none. */
static void
choose(const struct work *w, struct number *r, uint32_t mask, const struct number *a,
       const struct number *b)
{
	size_t i;

	for (i = 0; i < w->limbs; i++)
		r->limb[i] = (a->limb[i] & mask) | (b->limb[i] & ~mask);
}

/* Takes p off a number of limbs limbs and a carry, once, where it is at least p. */
static void
reduce(const struct work *w, struct number *r, uint32_t carry)
{
	struct number less;
	uint32_t borrow = subtract(w, &less, r, &w->p);

	choose(w, r, 0U - (borrow & (carry ^ 1U)), r, &less);
	explicit_bzero(&less, sizeof(less));
}

static void
add(const struct work *w, struct number *r, const struct number *a, const struct number *b)
{
	uint64_t carry = 0;
	size_t i;

	for (i = 0; i < w->limbs; i++) {
		carry += (uint64_t)a->limb[i] + b->limb[i];
		r->limb[i] = (uint32_t)carry;
		carry >>= LIMB_BITS;
	}
	reduce(w, r, (uint32_t)carry);
}

static void
sub(const struct work *w, struct number *r, const struct number *a, const struct number *b)
{
	uint32_t mask = 0U - subtract(w, r, a, b);
	uint64_t carry = 0;
	size_t i;

	for (i = 0; i < w->limbs; i++) {
		carry += (uint64_t)r->limb[i] + (w->p.limb[i] & mask);
		r->limb[i] = (uint32_t)carry;
		carry >>= LIMB_BITS;
	}
}

/* r = a b / R modulo p. */
static void
multiply(const struct work *w, struct number *r, const struct number *a, const struct number *b)
{
	uint32_t t[LIMBS_MAX + 2] = { 0 };
	size_t n = w->limbs;
	size_t i;
	size_t j;

	for (i = 0; i < n; i++) {
		uint64_t carry = 0;
		uint32_t m;

		for (j = 0; j < n; j++) {
			carry += (uint64_t)a->limb[i] * b->limb[j] + t[j];
			t[j] = (uint32_t)carry;
			carry >>= LIMB_BITS;
		}
		carry += t[n];
		t[n] = (uint32_t)carry;
		t[n + 1] = (uint32_t)(carry >> LIMB_BITS);
		m = t[0] * w->inverse;
		carry = ((uint64_t)m * w->p.limb[0] + t[0]) >> LIMB_BITS;
		for (j = 1; j < n; j++) {
			carry += (uint64_t)m * w->p.limb[j] + t[j];
			t[j - 1] = (uint32_t)carry;
			carry >>= LIMB_BITS;
		}
		carry += t[n];
		t[n - 1] = (uint32_t)carry;
		t[n] = t[n + 1] + (uint32_t)(carry >> LIMB_BITS);
	}
	memcpy(r->limb, t, n * sizeof(*t));
	reduce(w, r, t[n]);
	explicit_bzero(t, sizeof(t));
}

static void
load(struct number *r, struct span bytes)
{
	size_t i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < bytes.size; i++)
		r->limb[i / 4] |= (uint32_t)bytes.data[bytes.size - 1 - i] << 8 * (i % 4);
}

/* Loads a constant in Montgomery form. */
static void
load_constant(const struct work *w, struct number *r, const char *bytes, size_t size)
{
	struct number plain;

	load(&plain, SPAN_OF(bytes, size));
	multiply(w, r, &plain, &w->square);
}

static void
setup(struct work *w, const struct curve *c)
{
	struct number b;
	uint32_t x = 1;
	size_t i;

	w->limbs = (c->size + 3) / 4;
	load(&w->p, SPAN_OF(c->p, c->size));
	/* Newton: each round doubles the bits of the inverse that are right */
	for (i = 0; i < 5; i++)
		x *= 2U - w->p.limb[0] * x;
	w->inverse = 0U - x;
	w->square.limb[0] = 1;
	for (i = 0; i < 2 * w->limbs * LIMB_BITS; i++)
		add(w, &w->square, &w->square, &w->square);
	load_constant(w, &w->reg[CA], c->a, c->size);
	load_constant(w, &b, c->b, c->size);
	add(w, &w->reg[B3], &b, &b);
	add(w, &w->reg[B3], &w->reg[B3], &b);
	/* the point at infinity (0 : 1 : 0) and the base point */
	multiply(w, &w->ladder[0][1], &w->square, &(struct number){ .limb = { 1 } });
	w->ladder[1][2] = w->ladder[0][1];
	load_constant(w, &w->ladder[1][0], c->x, c->size);
	load_constant(w, &w->ladder[1][1], c->y, c->size);
}

/* to = a + b */
static void
add_points(struct work *w, struct number to[3], const struct number a[3], const struct number b[3])
{
	size_t i;

	memcpy(&w->reg[X1], a, 3 * sizeof(*a));
	memcpy(&w->reg[X2], b, 3 * sizeof(*b));
	for (i = 0; i < ARRAY_SIZE(law); i++) {
		const struct step *s = &law[i];

		if (s->op == '*')
			multiply(w, &w->reg[s->to], &w->reg[s->a], &w->reg[s->b]);
		else if (s->op == '+')
			add(w, &w->reg[s->to], &w->reg[s->a], &w->reg[s->b]);
		else
			sub(w, &w->reg[s->to], &w->reg[s->a], &w->reg[s->b]);
	}
	memcpy(to, &w->reg[X3], 3 * sizeof(*to));
}

static void
swap_if(struct work *w, uint32_t bit)
{
	struct number kept;
	size_t i;

	for (i = 0; i < 3; i++) {
		kept = w->ladder[0][i];
		choose(w, &w->ladder[0][i], 0U - bit, &w->ladder[1][i], &w->ladder[0][i]);
		choose(w, &w->ladder[1][i], 0U - bit, &kept, &w->ladder[1][i]);
	}
	explicit_bzero(&kept, sizeof(kept));
}

static void
climb(struct work *w, struct span scalar)
{
	size_t i;

	for (i = 0; i < 8 * scalar.size; i++) {
		uint32_t bit = (uint32_t)scalar.data[i / 8] >> (7 - i % 8) & 1U;

		swap_if(w, bit);
		add_points(w, w->ladder[1], w->ladder[0], w->ladder[1]);
		add_points(w, w->ladder[0], w->ladder[0], w->ladder[0]);
		swap_if(w, bit);
	}
}

/* reg[T0] = 1 / Z: Z to the power of p - 2, which is public. */
static void
invert(struct work *w, const struct number *z)
{
	struct number power;
	size_t i;

	(void)subtract(w, &power, &w->p, &(struct number){ .limb = { 2 } }); /* p is over 2 */
	multiply(w, &w->reg[T0], &w->square, &(struct number){ .limb = { 1 } });
	for (i = LIMB_BITS * w->limbs; i-- > 0;) {
		multiply(w, &w->reg[T0], &w->reg[T0], &w->reg[T0]);
		if (power.limb[i / LIMB_BITS] >> i % LIMB_BITS & 1U)
			multiply(w, &w->reg[T0], &w->reg[T0], z);
	}
}

static void
put_coordinate(struct buf *point, struct work *w, const struct number *x, size_t size)
{
	struct number plain = { .limb = { 0 } };
	unsigned char bytes[FIELD_MAX];
	size_t i;

	multiply(w, &w->reg[T1], x, &w->reg[T0]);
	multiply(w, &plain, &w->reg[T1], &(struct number){ .limb = { 1 } });
	for (i = 0; i < size; i++)
		bytes[size - 1 - i] = (unsigned char)(plain.limb[i / 4] >> 8 * (i % 4) & 0xffU);
	buf_put(point, SPAN_OF(bytes, size));
}

static bool
is_zero(const struct number *x)
{
	uint32_t any = 0;
	size_t i;

	for (i = 0; i < LIMBS_MAX; i++)
		any |= x->limb[i];
	return any == 0;
}

static const struct curve *
curve_of(enum oid id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(curves); i++) {
		if (curves[i].id == id)
			return &curves[i];
	}
	return NULL;
}

size_t
ec_field_size(enum oid curve)
{
	const struct curve *c = curve_of(curve);

	return c ? c->size : 0;
}

enum rc
ec_point_of(struct buf *point, enum oid curve, struct span scalar)
{
	const struct curve *c = curve_of(curve);
	struct secret *memory = NULL;
	struct work *w;
	enum rc rc;

	if (!c)
		return RC_UNSUPPORTED;
	while (scalar.size > c->size && scalar.data[0] == 0)
		scalar = span_part(scalar, 1, scalar.size);
	if (scalar.size > c->size)
		return RC_DAMAGED;
	rc = secret_new(&memory, sizeof(*w));
	if (rc)
		return rc;
	w = (struct work *)(void *)secret_data(memory);
	setup(w, c);
	climb(w, scalar);
	if (is_zero(&w->ladder[0][2])) {
		rc = RC_DAMAGED;
	} else {
		invert(w, &w->ladder[0][2]);
		buf_put_byte(point, 0x04);
		put_coordinate(point, w, &w->ladder[0][0], c->size);
		put_coordinate(point, w, &w->ladder[0][1], c->size);
		rc = buf_rc(point);
	}
	secret_free(&memory);
	return rc;
}

/* Whether a point as it is written compressed is the one written in full. */
static bool
is_compressed(struct span point, struct span full)
{
	size_t size = full.size / 2;

	return point.size == size + 1 && full.size == 2 * size + 1 && size && full.data[0] == 4 &&
	       point.data[0] == (full.data[2 * size] & 1) + 2 &&
	       span_equal(span_part(point, 1, size), span_part(full, 1, size));
}

bool
ec_point_same(struct span a, struct span b)
{
	return span_equal(a, b) || is_compressed(a, b) || is_compressed(b, a);
}
