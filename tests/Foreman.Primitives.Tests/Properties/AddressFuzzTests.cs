using System.Text;
using Foreman.Testing;

namespace Foreman.Primitives.Tests.Properties;

[Trait("Kind", "2")]
public class AddressFuzzTests
{
    [Fact]
    public void Proxies_and_their_exceptions() => Fuzzer.Run(new FuzzTarget(
        "NO_PROXY",
        [.. ((string[])["10.0.0.0/8,[fd00::]/8,.example.com,gpu.example:8000,*.a.b,::1,[::1]:80", "http://u:p@proxy:3128", "socks5h://[::1]:1080", "*"]).Select(Encoding.UTF8.GetBytes)],
        bytes =>
        {
            var text = Encoding.UTF8.GetString(bytes);
            var list = NoProxyList.Parse(text);
            foreach (var host in (string[])["10.9.9.1", "fd00::7", "gpu.example", "::ffff:10.1.1.1", text])
            {
                list.Contains(host, 80);
            }

            var rules = EnvironmentProxy.Read(_ => text);
            rules.Describe(new Uri("http://a.example:8080/v1"));
            rules.GetProxy(new Uri("https://[fd00::1]/"));
        }));

    [Fact]
    public void Names_of_models() => Fuzzer.Run(new FuzzTarget(
        "model names",
        [.. ((string[])["/models/qwen3-8b", "a/models--Qwen--Qwen3-8B/snapshots/0123", "llama3:latest", @"C:\models\x.gguf"]).Select(Encoding.UTF8.GetBytes)],
        bytes =>
        {
            var id = Encoding.UTF8.GetString(bytes);
            var name = ModelName.Display(id);
            Assert.InRange(name.Length, 0, ModelName.MaxLength);
            Assert.DoesNotContain(name, c => char.IsControl(c) || c is '\u202e' or '\u2066' or '\u2028');
            Encoding.UTF8.GetString(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(name));
            Assert.True(name.Length is 0 or > 240 || ModelName.Find(name, [id], n => n) is not null, "not found by its name");
        }));

    [Fact]
    public void Addresses_of_servers() => Fuzzer.Run(new FuzzTarget(
        "base URLs",
        [.. ((string[])["http://h:8080/llm/v1", "https://[fd00::1]/v1beta/openai", "http://localhost", "http://x/engines/v1/chat/completions"]).Select(Encoding.UTF8.GetBytes)],
        bytes =>
        {
            if (BaseUrl.Parse(Encoding.UTF8.GetString(bytes)) is not { } url)
            {
                return;
            }

            var address = ModelAddress.Of(url);
            Assert.Equal(address, ModelAddress.Of(new Uri(address.Url)));
            address.Resolve("models");
            Assert.NotEmpty(ModelAddress.Candidates(url));
        }));
}
