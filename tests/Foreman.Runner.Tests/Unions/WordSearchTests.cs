using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class WordSearchTests
{
    [Theory]
    [InlineData("WidgetID", "WidgetID", 1)]
    [InlineData("x\n  return WidgetID;\n", "WidgetID", 2)]
    [InlineData("MyWidgetID WidgetIDs widget_WidgetID\nWidgetID2\n\n(WidgetID)", "WidgetID", 4)]
    [InlineData("WidgetIDs", "WidgetID", null)]
    [InlineData("widgetid", "WidgetID", null)]
    [InlineData("", "x", null)]
    [InlineData("größer", "größ", null)]
    [InlineData("größe = 1", "größe", 1)]
    [InlineData("names 日本 here", "日本", 1)]
    [InlineData("$foo = 1", "foo", 1)]
    [InlineData("call(--dry-run)", "--dry-run", 1)]
    [InlineData("a.b.Format(x)", "b.Format", 1)]
    [InlineData("ab.Format(x)", "b.Format", null)]
    [InlineData("aaaa aa", "aa", 1)]
    public void A_word_is_found_where_it_stands_alone(string text, string word, int? line) => Assert.Equal(line, WordSearch.LineOf(text, word));

    [Theory]
    [InlineData("a\nreturn WidgetId;\n", "WidgetID", 2, "WidgetId")]
    [InlineData("widget_id", "WidgetID", 1, "widget_id")]
    [InlineData("\n\n.widget-id {", "WidgetID", 3, "widget-id")]
    [InlineData("--widget-id=3", "WidgetID", 1, "widget-id")]
    public void A_word_written_otherwise_is_found(string text, string word, int line, string found) => Assert.Equal(new WordPlace(line, found), WordSearch.Alike(text, word));

    [Theory]
    [InlineData("WidgetIDs gadget id", "WidgetID")]
    [InlineData("", "WidgetID")]
    [InlineData("__ -- ", "_")]
    public void Nothing_alike_is_nothing(string text, string word) => Assert.Null(WordSearch.Alike(text, word));
}
