using System.Text;

namespace Equipoise.Formats.Tests;

/// <summary>The files of a tar are found where Python put them, whatever it used for long names.</summary>
public sealed class TarTests
{
    [Theory]
    [InlineData("USTAR_FORMAT")]
    [InlineData("GNU_FORMAT")]
    [InlineData("PAX_FORMAT")]
    public void FilesArePlacedAsPythonPutThem(string format)
    {
        using TempFolder folder = new();
        PythonOracle.Run("""
            import sys, tarfile, io
            t = tarfile.open(sys.argv[1], 'w', format=getattr(tarfile, sys.argv[2]))
            def add(name, data=b'', **more):
                i = tarfile.TarInfo(name); i.size = len(data)
                for k, v in more.items(): setattr(i, k, v)
                t.addfile(i, io.BytesIO(data))
            add('a.txt', b'one'); add('folder', type=tarfile.DIRTYPE); add('link', type=tarfile.SYMTYPE, linkname='/etc/passwd')
            add('d' * 90 + '/' + 'n' * 90 + '.txt', b'x' * 600); add('\u00fc.txt', b''); add('pipe', type=tarfile.FIFOTYPE)
            if sys.argv[2] != 'USTAR_FORMAT': add('e' * 300 + '.txt', b'long')
            add('last.txt', b'end')
            t.close()
            """, folder["a.tar"], format);
        string[] found = [.. TarFile.Members(folder["a.tar"]).Select(member => $"{member.Name} {Encoding.UTF8.GetString(member.Read(1000))}")];
        string[] expected = ["a.txt one", $"{new string('d', 90)}/{new string('n', 90)}.txt {new string('x', 600)}", "\u00fc.txt ", $"{new string('e', 300)}.txt long", "last.txt end"];
        Assert.Equal(format == "USTAR_FORMAT" ? expected.Where(line => line[0] != 'e') : expected, found);
        Assert.Throws<InvalidFileException>(() => TarFile.Members(folder["a.tar"]).First().Read(most: 2));
    }
}
