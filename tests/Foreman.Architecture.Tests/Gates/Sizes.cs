using Foreman.Architecture.Tests.Tree;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>Limits that keep each file one idea and each method one screen.</summary>
internal static class Sizes
{
    public const int FileLines = 500;
    public const int TestFileLines = 800;
    public const int MethodLines = 60;
    public const int Parameters = 7;

    /// <summary>Files that are too long.</summary>
    public static IEnumerable<string> LongFiles(IEnumerable<SourceFile> files) =>
        from file in files
        let limit = file.IsTest ? TestFileLines : FileLines
        where file.Lines.Count > limit
        select $"{file.Path}: {file.Lines.Count} lines (at most {limit})";

    /// <summary>Methods, constructors, accessors and local functions that are too long.</summary>
    public static IEnumerable<string> LongMethods(IEnumerable<SourceFile> files) =>
        from file in files
        from body in Nodes(file)
        where body is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
        let lines = Span(body).EndLinePosition.Line - Span(body).StartLinePosition.Line + 1
        where lines > MethodLines
        select $"{At(file, body)}: {lines} lines (at most {MethodLines})";

    /// <summary>Methods, constructors, delegates, local functions and primary constructors (of records too) with too many parameters.</summary>
    public static IEnumerable<string> LongParameterLists(IEnumerable<SourceFile> files) =>
        from file in files
        from list in Nodes(file).OfType<ParameterListSyntax>()
        where list.Parameters.Count > Parameters
        select $"{At(file, list.Parent!)}: {list.Parameters.Count} parameters (at most {Parameters}; group them into a record)";

    private static IEnumerable<SyntaxNode> Nodes(SourceFile file) => CSharpSyntaxTree.ParseText(file.Text).GetRoot().DescendantNodes();

    // Without the comments and attributes above: what a reader has to hold in mind is the code.
    private static FileLinePositionSpan Span(SyntaxNode node) => node.SyntaxTree.GetLineSpan(TextSpanOf(node));

    private static Microsoft.CodeAnalysis.Text.TextSpan TextSpanOf(SyntaxNode node)
    {
        var start = node is BaseMethodDeclarationSyntax { AttributeLists: [.., var last] } ? last.Span.End : node.SpanStart;
        return Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(start, node.Span.End);
    }

    private static string At(SourceFile file, SyntaxNode node) => $"{file.Path}:{Span(node).StartLinePosition.Line + 1} {NameOf(node)}";

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        TypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } => property.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
