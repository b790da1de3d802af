using System.Text;
using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet;

[Trait("Kind", "15")]
public sealed class ContainerLogTests
{
    [Fact]
    public async Task What_a_stream_holds_is_kept_byte_for_byte_and_long_lines_in_parts()
    {
        using var folder = new TempFolder();
        using var log = new ContainerLog(folder["log"]);
        var text = "one\n\n" + new string('x', (2 * ContainerLog.MaxPart) + 5) + "\nno end";

        await log.KeepAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "stdout");
        log.Finish();

        var (length, complete, _) = log.State;
        var records = log.Read(0, length);
        Assert.True(complete);
        Assert.Equal([true, true, false, false, true, false], records.Select(r => r.IsWhole));
        Assert.Equal(text, string.Concat(records.Select(r => Encoding.UTF8.GetString(r.Rendered(withTime: false)))));
    }
}
