using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Tools.Tests.Properties;

/// <summary>Whatever stands in the arguments of a call: what is kept is a valid JSON object, and no tool has a fault.</summary>
[Trait("Kind", "2")]
public sealed class ArgumentFuzzTests(ITestOutputHelper output)
{
    private static readonly byte[][] Arguments =
    [
        .. ((string[])
        [
            """{"path":"a.txt","content":"hi \ud83d\ude00","expected_replacements":"3"}""",
            """{"path":{"a":[1,"x"]},"recursive":"False","offset":"3.0","limit":7}""",
            """ "{\"path\": \"a.txt\", \"content\": \"hi\"}" """,
            """{"arguments":{"verdict":"GO","summary":"s","commit_message":"m","extra":"{\"a\":{\"a\":1,\"a\":2}}"}}""",
            """[{"pattern":"x","max":null,"path":""}]""",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void Arguments_are_read_to_a_valid_object_and_reading_them_again_changes_nothing()
    {
        var definitions = ToolCatalog.Of(KnownTools.Names).Definitions;
        output.WriteLine($"{Fuzzer.Run(new FuzzTarget("arguments", Arguments, input =>
        {
            var text = Encoding.UTF8.GetString(input);
            foreach (var tool in definitions)
            {
                var read = ArgumentReader.Read(tool, text);
                var root = JsonElement.Parse(read.Json);
                Assert.Equal(JsonValueKind.Object, root.ValueKind);

                // A tree that refuses repeated names can be built of it, all the way down.
                _ = JsonNode.Parse(read.Json)!.DeepClone();
                _ = JsonElement.Parse(read.Json, new JsonDocumentOptions { AllowDuplicateProperties = false });
                if (root.GetPropertyCount() > 2)
                {
                    Assert.Equal(new CallArguments(read.Json, null), ArgumentReader.Read(tool, read.Json));
                }
            }
        }))}");
    }

    [Fact]
    public void No_tool_has_a_fault_of_its_own()
    {
        using var tools = new ToolHarness();
        tools.Write("a.txt", "hello\n");
        var names = ToolCatalog.Of(KnownTools.Names).Definitions;
        output.WriteLine($"{Fuzzer.Run(new FuzzTarget("calls", Arguments, input =>
        {
            var text = Encoding.UTF8.GetString(input);
            foreach (var tool in names)
            {
                _ = tools.Call(tool.Name, ArgumentReader.Read(tool, text).Json);
            }

            Assert.Empty(tools.Logged.Entries);
        })
        { MaxInputBytes = 8 << 10 })}");
    }
}
