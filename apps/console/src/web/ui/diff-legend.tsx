/** Which side of a comparison is which; on a small page, which lines. */
export function DiffLegend({ before, after }: { readonly before: string; readonly after: string }) {
  return (
    <>
      <span className="only-wide">
        Left is {before}, right is {after}.
      </span>
      <span className="only-small">
        Red lines are {before}; green ones, below them, are {after}.
      </span>
    </>
  );
}
