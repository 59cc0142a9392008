#!/bin/sh
# Two private networks behind NATs and a host on the Internet between them, as network namespaces of
# this machine, without a way out of it. Needs root, iproute2 and nftables (packages iproute2 and
# nftables on Debian) and a kernel with network namespaces, veth, bridges and nf_tables.
#
#   namespaces.sh check             exit 0, or 1 with the reason why it cannot work here
#   namespaces.sh up PREFIX KIND    KIND: cone (a port is kept for all destinations, masquerade) or
#                                   symmetric (each destination sees another port, fully-random)
#   namespaces.sh router            exit 0 when there is a program for the NATs that maps ports by UPnP
#   namespaces.sh at PREFIX PLACE COMMAND...   a command at relay, a or b
#   namespaces.sh upnp PREFIX a|b FOLDER   that NAT maps ports by UPnP, in the foreground
#   namespaces.sh down PREFIX       takes everything away; repeating it does no harm
#
# PREFIX-relay  11.0.0.10            on the Internet
# PREFIX-a      10.1.0.2             behind PREFIX-nat-a, 11.0.0.21
# PREFIX-b      10.2.0.2             behind PREFIX-nat-b, 11.0.0.22
#
# 11.0.0.0/24 stands for the Internet, because what is set aside for documents counts as private.
set -eu

check() {
  [ "$(id -u)" = 0 ] || { echo 'it needs root for network namespaces'; exit 1; }
  command -v ip >/dev/null || { echo 'ip is missing: apt-get install iproute2'; exit 1; }
  command -v nft >/dev/null || { echo 'nft is missing: apt-get install nftables'; exit 1; }
  probe="trustnet-probe-$$"
  ip netns add "$probe" 2>/dev/null || { echo 'this kernel or container makes no network namespaces'; exit 1; }
  rules='table ip probe { chain out { type nat hook postrouting priority 100; masquerade fully-random; }; }'
  ip netns exec "$probe" nft "$rules" 2>/dev/null && works=yes || works=no
  ip netns delete "$probe"
  [ "$works" = yes ] || { echo 'this kernel has no nf_tables with masquerade'; exit 1; }
}

# A namespace with a cable to a port of the Internet's bridge.
on_the_internet() {
  ip netns add "$1"
  ip -n "$1" link set lo up
  ip -n "$prefix-net" link add "to-$3" type veth peer name wan netns "$1"
  ip -n "$prefix-net" link set "to-$3" master internet up
  ip -n "$1" address add "$2/24" dev wan
  ip -n "$1" link set wan up
}

# A NAT at $2 with a private network $3.0/24 and one host, $3.2, in it.
behind_nat() {
  on_the_internet "$prefix-nat-$1" "$2" "nat-$1"
  ip netns add "$prefix-$1"
  ip -n "$prefix-$1" link set lo up
  ip -n "$prefix-nat-$1" link add lan type veth peer name eth0 netns "$prefix-$1"
  ip -n "$prefix-nat-$1" address add "$3.1/24" dev lan
  ip -n "$prefix-nat-$1" link set lan up
  ip -n "$prefix-$1" address add "$3.2/24" dev eth0
  ip -n "$prefix-$1" link set eth0 up
  ip -n "$prefix-$1" route add default via "$3.1"
  ip netns exec "$prefix-nat-$1" sysctl -qw net.ipv4.ip_forward=1
  ip netns exec "$prefix-nat-$1" nft "
    table ip nat {
      chain out { type nat hook postrouting priority 100; oifname wan masquerade $masquerade; }
    }
    table ip filter {
      chain in { type filter hook input priority 0; policy drop; ct state established,related accept; iifname lan accept; }
      chain through { type filter hook forward priority 0; policy drop; ct state established,related accept; iifname lan accept; ct status dnat accept; }
    }"
}

up() {
  case $kind in
    cone) masquerade='' ;;
    symmetric) masquerade='fully-random' ;;
    *) echo "a NAT is cone or symmetric, not $kind"; exit 2 ;;
  esac
  ip netns add "$prefix-net"
  ip -n "$prefix-net" link add internet type bridge
  ip -n "$prefix-net" link set internet up
  on_the_internet "$prefix-relay" 11.0.0.10 relay
  behind_nat a 11.0.0.21 10.1.0
  behind_nat b 11.0.0.22 10.2.0
}

# The NAT of $1 as a router that maps ports by UPnP (package miniupnpd-nftables), until it is killed;
# its files in folder $2.
upnp() {
  ip netns exec "$prefix-nat-$1" nft '
    table inet upnp {
      chain forward { type filter hook forward priority 0; policy accept; jump ways; }
      chain ways { }
      chain prerouting { type nat hook prerouting priority -100; jump redirections; }
      chain redirections { }
      chain postrouting { type nat hook postrouting priority 99; jump returns; }
      chain returns { }
    }'
  cat >"$2/upnp.conf" <<EOF
ext_ifname=wan
listening_ip=lan
port=0
enable_natpmp=no
enable_upnp=yes
secure_mode=yes
uuid=00000000-0000-4000-8000-000000000001
upnp_table_name=upnp
upnp_nat_table_name=upnp
upnp_forward_chain=ways
upnp_nat_chain=redirections
upnp_nat_postrouting_chain=returns
allow 1024-65535 0.0.0.0/0 1024-65535
EOF
  exec ip netns exec "$prefix-nat-$1" miniupnpd -d -f "$2/upnp.conf" -P "$2/upnp.pid"
}

down() {
  for name in a b nat-a nat-b relay net; do
    ip netns delete "$prefix-$name" 2>/dev/null || true
  done
}

# A command in the namespace of a place; it takes the place of this shell.
at() {
  namespace="$prefix-$1"
  shift
  exec ip netns exec "$namespace" "$@"
}

usage="usage: $0 check | router | up PREFIX cone|symmetric | at PREFIX PLACE COMMAND... | upnp PREFIX a|b FOLDER | down PREFIX"
action=${1:-}
prefix=${2:-}
case $action in
  check) check ;;
  router) command -v miniupnpd >/dev/null ;;
  up) kind=$3 && up ;;
  at) shift 2 && at "$@" ;;
  upnp) upnp "$3" "$4" ;;
  down) down ;;
  *) echo "$usage"; exit 2 ;;
esac
