using System.Text.Json.Nodes;
using Foreman.DevCluster.Tables;

namespace Foreman.DevCluster.Tests.Tables;

public sealed class JsonPathTests
{
    private static readonly JsonNode Root = JsonNode.Parse("""
        {"a":{"b":[1,2,3],"x.y":"dotted"},"conditions":[{"type":"Ready","status":"False"},{"type":"Done","status":"True"}]}
        """)!;

    [Theory]
    [InlineData(".a.b[1]", "2")]
    [InlineData(".a.b[-1]", "3")]
    [InlineData(".a.b[*]", "1,2,3")]
    [InlineData("{.a.b[0]}", "1")]
    [InlineData(@".a.x\.y", "\"dotted\"")]
    [InlineData(".a['x.y']", "\"dotted\"")]
    [InlineData(".conditions[?(@.type==\"Done\")].status", "\"True\"")]
    [InlineData(".conditions[?(@.type=='Ready')].status", "\"False\"")]
    [InlineData(".conditions[?(@.type!=\"Ready\")].type", "\"Done\"")]
    [InlineData(".conditions[?(@.type==\"Missing\")].status", "")]
    [InlineData(".nothing.here", "")]
    [InlineData(".a.b[9]", "")]
    public void A_path_finds_what_a_printer_column_shows(string path, string found) =>
        Assert.Equal(found, string.Join(',', JsonPath.Parse(path).Find(Root).Select(node => node.ToJsonString())));

    [Fact]
    public void A_path_that_columns_can_not_have_is_refused() => Assert.Throws<FormatException>(() => JsonPath.Parse("[?(nonsense"));
}
