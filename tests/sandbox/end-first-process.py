"""Has the first process of its process table end with status 1. Ends with status 3 where the kernel refuses that."""

import ctypes
import os
import sys
import time

ATTACH, GET_REGISTERS, SET_REGISTERS, DETACH = 16, 12, 13, 17
EXIT_GROUP = 231
INSTRUCTION_BYTES = 2
REGISTERS = "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs gs ds es f g"


class Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in REGISTERS.split()]


trace = ctypes.CDLL(None).ptrace
trace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
if trace(ATTACH, 1, None, None) != 0:
    sys.exit(3)
os.waitpid(1, 0x40000000)
registers = Registers()
trace(GET_REGISTERS, 1, None, ctypes.addressof(registers))
# It waits in a call to the system: the same instruction once more, as another call.
registers.orig_rax = 2**64 - 1
registers.rip -= INSTRUCTION_BYTES
registers.rax = EXIT_GROUP
registers.rdi = 1
trace(SET_REGISTERS, 1, None, ctypes.addressof(registers))
trace(DETACH, 1, None, None)
time.sleep(10)
