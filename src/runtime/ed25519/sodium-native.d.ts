// The part of sodium-native that this folder uses; the package ships no types.
declare module 'sodium-native' {
  const sodium: {
    /** Fills the 32-byte public key and the 64-byte secret key from a 32-byte seed. */
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
    /** Fills the 64-byte signature. */
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
    /** Throws when a buffer has the wrong length. */
    crypto_sign_verify_detached(
      signature: Uint8Array,
      message: Uint8Array,
      publicKey: Uint8Array,
    ): boolean
    sodium_memzero(buffer: Uint8Array): void
    crypto_sign_SECRETKEYBYTES: number
  }
  export default sodium
}
