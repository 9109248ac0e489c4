# A PCI option ROM with a virtio-net driver: what a guest's kernel does to a vhost-user port, without a kernel.
#
# The firmware calls it once for each such device. It accepts MAC, STATUS, MRG_RXBUF, CTRL_VQ and MQ, gives every queue
# a ring, posts receive buffers, says DRIVER_OK, asks over the control queue for all queue pairs, and sends one
# broadcast frame. Legacy interface: virtio 1.2, "Legacy Interfaces: A Note on PCI Device Layout".
#
# Rings are above 32 MiB, where the firmware has nothing: a MiB for each PCI slot, 64 KiB for each queue of it, which
# is enough for three queue pairs. The firmware calls option ROMs in big real mode, so all of that is addressable with
# a zero data segment.

    .set RINGS, 0x2000000
    .set BUFFERS, 0x80000           # from the slot's first byte, as the next two
    .set COMMAND, 0xf0000
    .set FRAME, 0xf1000
    .set RX_BUFFERS, 8              # of each queue pair
    .set FEATURES, (1 << 5) | (1 << 15) | (1 << 16) | (1 << 17) | (1 << 22)
    .set CTRL_VQ_AND_MQ, (1 << 17) | (1 << 22)
    .set HEADER_BYTES, 12           # virtio_net_hdr with num_buffers, because of MRG_RXBUF
    .set FRAME_BYTES, 60

    # registers, from the first I/O port
    .set HOST_FEATURES, 0x00
    .set GUEST_FEATURES, 0x04
    .set QUEUE_PFN, 0x08
    .set QUEUE_SIZE, 0x0c
    .set QUEUE_SELECT, 0x0e
    .set QUEUE_NOTIFY, 0x10
    .set STATUS, 0x12
    .set CONFIG, 0x14
    .set MAX_QUEUE_PAIRS, CONFIG + 8

    .code16
    .globl _start
_start:
    .word 0xaa55
    .byte ROM_BLOCKS                # of 512 bytes
    jmp init
    .org 0x18
    .word pci_data - _start
    .word pnp_header - _start
pci_data:
    .ascii "PCIR"
    .word 0x1af4, 0x1000            # the transitional network device
    .word 0, 24
    .byte 0
    .byte 0x00, 0x00, 0x02          # ethernet
    .word ROM_BLOCKS
    .word 1
    .byte 0, 0x80
    .word 0
pnp_header:                         # without one, SeaBIOS does not say which device it is
    .ascii "$PnP"
    .byte 1, 2                      # revision, length in 16 bytes
    .word 0
    .byte 0, 0xcb                   # the header's own checksum
    .fill 22, 1, 0                  # nothing to boot from

# in: port offset; out: dx
.macro PORT offset
    movw %bp, %dx
    addw $\offset, %dx
.endm

# ax: bus and device function. esi: slot's memory, bp: first I/O port, all through.
init:
    pushal
    pushw %ds
    pushw %es
    cld
    movzwl %ax, %ebx
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movl %ebx, %esi
    andl $0xf8, %esi                # the slot, times 8
    shll $17, %esi
    addl $RINGS, %esi
    movl %esi, %edi
    movl $0x40000, %ecx
    xorl %eax, %eax
    addr32 rep stosl

    shll $8, %ebx                   # to the form of 0xcf8
    orl $0x80000000, %ebx
    leal 4(%ebx), %eax              # command: I/O and bus master
    movw $0xcf8, %dx
    outl %eax, %dx
    movw $0xcfc, %dx
    inl %dx, %eax
    orl $5, %eax
    outl %eax, %dx
    leal 0x10(%ebx), %eax           # BAR 0
    movw $0xcf8, %dx
    outl %eax, %dx
    movw $0xcfc, %dx
    inl %dx, %eax
    andb $0xfc, %al
    movw %ax, %bp

    PORT STATUS
    xorb %al, %al
    outb %al, %dx
    movb $1, %al                    # ACKNOWLEDGE
    outb %al, %dx
    movb $3, %al                    # DRIVER
    outb %al, %dx
    PORT HOST_FEATURES
    inl %dx, %eax
    andl $FEATURES, %eax
    PORT GUEST_FEATURES
    outl %eax, %dx

    # edi: queue pairs; ecx: queues in use
    movl $1, %edi
    movl $2, %ecx
    andl $CTRL_VQ_AND_MQ, %eax
    cmpl $CTRL_VQ_AND_MQ, %eax
    jne give_rings
    PORT MAX_QUEUE_PAIRS
    inw %dx, %ax
    movzwl %ax, %edi
    leal 1(%edi,%edi), %ecx         # and the control queue, the last

give_rings:
    xorl %ebx, %ebx
next_ring:
    call select_queue
    movl %esi, %eax
    movl %ebx, %edx
    shll $16, %edx
    addl %edx, %eax
    shrl $12, %eax
    PORT QUEUE_PFN
    outl %eax, %dx
    incl %ebx
    cmpl %ecx, %ebx
    jb next_ring

    call post_receive_buffers
    PORT STATUS
    movb $7, %al                    # DRIVER_OK
    outb %al, %dx
    cmpl $1, %edi
    je send
    call use_all_pairs
send:
    call send_frame
    popw %es
    popw %ds
    popal
    xorw %ax, %ax
    lretw

# in: ebx queue; out: eax its size
select_queue:
    PORT QUEUE_SELECT
    movw %bx, %ax
    outw %ax, %dx
    PORT QUEUE_SIZE
    inw %dx, %ax
    movzwl %ax, %eax
    ret

# in: ebx queue; out: edx its descriptors, eax its available ring
find_ring:
    call select_queue
    shll $4, %eax
    movl %ebx, %edx
    shll $16, %edx
    addl %esi, %edx
    addl %edx, %eax
    ret

notify:
    PORT QUEUE_NOTIFY
    movw %bx, %ax
    outw %ax, %dx
    ret

# in: edi queue pairs
post_receive_buffers:
    pushal
    xorl %ebx, %ebx
    leal BUFFERS(%esi), %edi
1:  call find_ring
    xorl %ecx, %ecx
2:  movl %edi, (%edx)
    movl $2048, 8(%edx)
    movw $2, 12(%edx)               # the device writes
    movw %cx, 4(%eax,%ecx,2)
    addl $16, %edx
    addl $2048, %edi
    incl %ecx
    cmpl $RX_BUFFERS, %ecx
    jb 2b
    movw %cx, 2(%eax)
    addl $2, %ebx                   # even queues receive
    movl %ebx, %eax
    shrl $1, %eax
    cmpl (%esp), %eax               # edi, as pushal left it
    jb 1b
    popal
    ret

# VIRTIO_NET_CTRL_MQ, VQ_PAIRS_SET
use_all_pairs:
    pushal
    leal (%edi,%edi), %ebx
    leal COMMAND(%esi), %ecx
    movw $0x0004, (%ecx)            # class MQ, command 0
    movw %di, 2(%ecx)
    call find_ring
    movl %ecx, (%edx)
    movl $2, 8(%edx)
    movw $1, 12(%edx)               # continues
    movw $1, 14(%edx)
    addl $2, %ecx
    movl %ecx, 16(%edx)
    movl $2, 24(%edx)
    movw $1, 28(%edx)
    movw $2, 30(%edx)
    addl $2, %ecx
    movl %ecx, 32(%edx)             # the device's answer
    movl $1, 40(%edx)
    movw $2, 44(%edx)
    movw $1, 2(%eax)
    call notify
    popal
    ret

send_frame:
    pushal
    leal FRAME(%esi), %edi
    movl $-1, HEADER_BYTES(%edi)    # to everybody
    movw $-1, HEADER_BYTES + 4(%edi)
    xorl %ecx, %ecx
1:  PORT CONFIG                     # from the device's address
    addw %cx, %dx
    inb %dx, %al
    movb %al, HEADER_BYTES + 6(%edi,%ecx)
    incl %ecx
    cmpl $6, %ecx
    jb 1b
    movw $0xb588, HEADER_BYTES + 12(%edi) # IEEE 802 local experimental, in network order
    movl $1, %ebx
    call find_ring
    movl %edi, (%edx)
    movl $HEADER_BYTES + FRAME_BYTES, 8(%edx)
    movw $1, 2(%eax)
    call notify
    popal
    ret

    .org ROM_BLOCKS * 512 - 1
    .byte 0                         # the checksum
