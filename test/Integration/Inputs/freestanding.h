/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* A program without a C library: defines `_start`, which calls `int run(void)`,
   and `write_text`. With a C library (HOSTED), `main` and `fputs` serve. */
#ifndef FREESTANDING_H
#define FREESTANDING_H

int run(void);

#ifdef HOSTED

#include <stdio.h>

static void write_text(const char *text) { fputs(text, stdout); }
int main(void) { return run() || fflush(stdout); }

#else

#if defined(__arm__)
enum { EXIT = 1, WRITE = 4 };
static long system_call(long number, long a, long b, long c) {
  register long r7 __asm__("r7") = number;
  register long r0 __asm__("r0") = a;
  register long r1 __asm__("r1") = b;
  register long r2 __asm__("r2") = c;
  __asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
  return r0;
}
#elif defined(__riscv)
enum { EXIT = 93, WRITE = 64 };
static long system_call(long number, long a, long b, long c) {
  register long a7 __asm__("a7") = number;
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
  return a0;
}
#elif defined(__powerpc__)
enum { EXIT = 1, WRITE = 4 };
static long system_call(long number, long a, long b, long c) {
  register long r0 __asm__("r0") = number;
  register long r3 __asm__("r3") = a;
  register long r4 __asm__("r4") = b;
  register long r5 __asm__("r5") = c;
  __asm__ volatile("sc"
                   : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)
                   :
                   : "memory", "cr0", "r6", "r7", "r8", "r9", "r10", "r11",
                     "r12");
  return r3;
}
#elif defined(__hexagon__)
enum { EXIT = 93, WRITE = 64 };
static long system_call(long number, long a, long b, long c) {
  register long r6 __asm__("r6") = number;
  register long r0 __asm__("r0") = a;
  register long r1 __asm__("r1") = b;
  register long r2 __asm__("r2") = c;
  __asm__ volatile("trap0(#1)"
                   : "+r"(r0)
                   : "r"(r6), "r"(r1), "r"(r2)
                   : "memory");
  return r0;
}
#elif defined(__i386__)
enum { EXIT = 1, WRITE = 4 };
static long system_call(long number, long a, long b, long c) {
  __asm__ volatile("int $0x80"
                   : "+a"(number)
                   : "b"(a), "c"(b), "d"(c)
                   : "memory");
  return number;
}
#else
#error "no system calls for this machine"
#endif

static void write_text(const char *text) {
  long size = 0;
  while (text[size])
    ++size;
  system_call(WRITE, 1, (long)text, size);
}

static void start(void) {
  long status = run();
  for (;;)
    system_call(EXIT, status, 0, 0);
}

/* The stack is aligned as the ABI wants it. */
#if defined(__i386__)
__asm__(".globl _start\n_start:\n  andl $-16, %esp\n  call start_program\n");
#elif defined(__arm__)
__asm__(".arm\n.globl _start\n_start:\n  bl start_program\n");
#elif defined(__powerpc__)
__asm__(".globl _start\n_start:\n  bl start_program\n");
#else
__asm__(".globl _start\n_start:\n  call start_program\n");
#endif
void start_program(void);
void start_program(void) { start(); }

#endif
#endif
