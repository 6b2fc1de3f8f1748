namespace Equipoise.Formats.Tests;

/// <summary>Event files are framed as TensorBoard reads them.</summary>
public sealed class TensorBoardTests
{
    [Fact]
    public void AnIndependentReaderFindsTheScalars()
    {
        using TempFolder folder = new();
        using (TensorBoardWriter writer = new(folder["tb"], TimeProvider.System))
        {
            writer.Scalar("val/accuracy", 3, 0.25);
            writer.Scalar("loss", 300, -1.5);
            writer.Scalar("none", 1, double.NaN);
        }
        string seen = PythonOracle.Run("""
            import struct, sys
            def crc(b):
                c = 0xffffffff
                for x in b:
                    c ^= x
                    for _ in range(8): c = (c >> 1) ^ (0x82F63B78 if c & 1 else 0)
                c ^= 0xffffffff
                return (((c >> 15) | (c << 17)) + 0xa282ead8) & 0xffffffff
            def fields(b):
                i = 0
                def varint():
                    nonlocal i
                    v = s = 0
                    while True:
                        x = b[i]; i += 1; v |= (x & 127) << s; s += 7
                        if x < 128: return v
                while i < len(b):
                    k = varint(); w = k & 7
                    if w == 0: yield k >> 3, varint()
                    elif w == 1: yield k >> 3, b[i:i+8]; i += 8
                    elif w == 5: yield k >> 3, b[i:i+4]; i += 4
                    else:
                        n = varint(); yield k >> 3, b[i:i+n]; i += n
            d = open(sys.argv[1], 'rb').read(); at = 0
            while at < len(d):
                n, c = struct.unpack('<QI', d[at:at+12]); assert c == crc(d[at:at+8])
                m = d[at+12:at+12+n]; assert struct.unpack('<I', d[at+12+n:at+16+n])[0] == crc(m); at += 16 + n
                e = dict(fields(m))
                if 3 in e: print(e[3].decode())
                else:
                    v = dict(fields(dict(fields(e[5]))[1])); print(e[2], v[1].decode(), struct.unpack('<f', v[2])[0])
            """, Directory.GetFiles(folder["tb"])[0]);
        Assert.Equal("brain.Event:2\n3 val/accuracy 0.25\n300 loss -1.5", seen.Trim().ReplaceLineEndings("\n"));
    }
}
