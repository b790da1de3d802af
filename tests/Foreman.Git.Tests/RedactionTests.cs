using System.Text.Json.Nodes;

namespace Foreman.Git.Tests;

public class RedactionTests
{
    private const string Known = "canary-0123456789-abcdefghijklmnop";
    private static readonly string Key = "ghp_" + new string('a', 36);

    [Fact]
    public void Keys_of_a_known_form_and_known_values_are_left_out_of_a_text()
    {
        var redaction = new Redaction([Known]);

        Assert.Equal("a [left out: GitHub token]\nb [left out: a secret of this host] c", redaction.Text($"a {Key}\nb {Known} c"));
        Assert.Equal("[left out: a secret of this host]", redaction.Text($"{Known[..20]}\n{Known[20..]}"));
        Assert.Equal($"a [left out: GitHub token] {Known}", Redaction.OfForms.Text($"a {Key} {Known}"));
        Assert.Equal("plain", redaction.Text("plain"));
    }

    [Fact]
    public void Every_text_and_name_of_a_JSON_value_is_looked_through()
    {
        var members = JsonNode.Parse($$"""{"{{Key}}":[1,true,null,{"a":"x {{Key}}"}],"b":1.50,"c":"plain"}""")!.AsObject();

        var shown = Redaction.OfForms.Members(members);

        Assert.Equal("""{"[left out: GitHub token]":[1,true,null,{"a":"x [left out: GitHub token]"}],"b":1.50,"c":"plain"}""", shown.ToJsonString());
        Assert.Contains(Key, members.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(Redaction.OfForms.Json(null));
    }
}
